"""Consume: from a delivery to a command in its cart's lane."""
