"""Loading a catalog from files: reading rows of any kind, checking them, and sending them in the right order."""
