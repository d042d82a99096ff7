"""The cart and its parts."""
