"""`patch-cart`: what can be patched (`table`), by which operations, and what each of them does."""
