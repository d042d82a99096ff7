"""Arithmetic of prices: numbers in, numbers out; knows no cart and no catalog."""
