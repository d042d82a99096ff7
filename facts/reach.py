"""Which carts a row of a catalog may concern, as keys: a cart that has none of them is priced the same without it.

A cart has a key for each of its offerings, for each category of these, and for its country. Rows that carts name by
their ids (vouchers, agreements, promotions on demand) need no keys.
"""

from collections.abc import Mapping
from typing import Any

Reach = frozenset[str]

NOBODY: Reach = frozenset()
EVERYBODY: Reach = frozenset({"cart"})
"""Of a row that may concern any cart."""


def offering_key(offering_id: str) -> str:
    """The key of carts that have an offering."""
    return f"offering:{offering_id}"


def category_key(category: str) -> str:
    """The key of carts that have an offering of a category."""
    return f"category:{category}"


def country_key(country: str) -> str:
    """The key of carts of a country."""
    return f"country:{country}"


def reach_of(kind: str, row: Any) -> Reach:
    """The keys of the carts that a price, a tax or a promotion may concern; nobody for rows of other kinds."""
    if getattr(row, "lifecycle", "active") != "active":
        return NOBODY
    if kind == "prices":
        return frozenset({offering_key(row.offering_id)})
    if kind == "taxes":
        return frozenset({country_key(row.country)})
    reach: Reach = row.reach if kind == "promotions" else NOBODY
    return reach


def keys_left(kind: str, rows: Mapping[str, Any], *known: Mapping[str, Any]) -> Reach:
    """The keys of carts that known rows may concern, and not the rows with their ids that take their place.

    Of several known ones with an id that in the first mapping is meant.
    """
    if kind not in _MOVING:
        return NOBODY
    left: set[str] = set()
    for row_id, row in rows.items():
        old = next((each[row_id] for each in known if row_id in each), None)
        if old is not None:
            left |= reach_of(kind, old) - reach_of(kind, row)
    return frozenset(left)


_MOVING = frozenset({"prices", "taxes", "promotions"})
"""Kinds of rows that may come to concern other carts than before."""
