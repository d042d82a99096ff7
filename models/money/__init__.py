"""Arithmetic on money: splitting, rounding, rates; all in integer minor units."""
