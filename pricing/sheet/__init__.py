"""The worksheet that pricing fills in, and what is read off it."""
