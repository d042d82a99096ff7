"""Searching carts: filters as text, as typed trees, and what they mean for a cart in memory."""
