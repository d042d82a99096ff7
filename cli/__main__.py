"""`python -m cli` is `cart`."""

from cli import main

main()
