"""The carrier's order (document 004): items come into an existing cart."""
