"""The systems under test, each a program of its own."""
