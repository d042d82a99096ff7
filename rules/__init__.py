"""Rules: what may stand in a cart, and what must."""
