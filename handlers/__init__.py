"""Decisions: one file per command; each says what happens to a cart, or refuses."""
