"""Commands that change the catalog."""
