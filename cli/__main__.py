"""`python -m cartwright.cli` is `cart`."""

from cartwright.cli import main

main()
