"""Ids made of what they belong to: the same in a dry run and in the real one, and whenever a message comes again."""

from hashlib import blake2b


def derived_id(*parts: str, digits: int = 24) -> str:
    """So many hexadecimal digits, an even number. One part at most may hold a `/`, which joins them."""
    return blake2b("/".join(parts).encode(), digest_size=digits // 2).hexdigest()
