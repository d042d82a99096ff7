"""Commands that change one cart."""
