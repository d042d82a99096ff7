"""Keys of carts, as people name them: `storeId=s-1`."""

from cli.exits import Exit, fail


def parse_key(given: str) -> tuple[str, str]:
    """Name and value; ends with wrong usage if either the name or the `=` is missing."""
    name, found, value = given.partition("=")
    if not found or not name:
        fail("--key takes NAME=VALUE", Exit.USAGE)
    return name, value
