"""Cartwright under one import name; each package here is a link to the folder of that name at the top level."""

__version__ = "0.1.0"
