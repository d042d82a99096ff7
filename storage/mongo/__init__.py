"""Storage in MongoDB."""
