"""Pricing: facts in, priced cart out; begins with `price`, which lists the steps in their order."""
