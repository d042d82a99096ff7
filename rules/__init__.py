"""Rules: what a cart may hold, and what it must hold."""
