"""Carts and prices written out for replies and events."""
