"""Ids for parts of a cart that have none: made of what brings them, so a dry run and the real one make the same."""

from collections.abc import Collection

_LONGEST = 120
"""Characters, of the 128 that an id may have; the rest is for a number."""


def free_id(wanted: str, taken: Collection[str]) -> str:
    """The wanted id, shortened, with a number behind it where something has it already."""
    shortened = candidate = wanted[:_LONGEST]
    number = 1
    while candidate in taken:
        number += 1
        candidate = f"{shortened}-{number}"
    return candidate
