"""The subscription shop's cart (document 001) in its own words."""
