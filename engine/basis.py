"""On which facts, and at which time, a cart is changed and priced."""

from datetime import datetime

from facts.snapshot import Facts
from handlers.needs import Fetched
from models.cart.cart import Cart


def basis(cart: Cart, facts: Facts, at: datetime | None, now: datetime, fetched: Fetched) -> tuple[Facts, datetime]:
    """The catalog and the time of a command that asks for the time `at`: of a frozen cart those of its prices."""
    if cart.frozen_until is None:
        return facts, at or now
    stamp = cart.pricing.stamp
    pinned = next(each for each in fetched.catalogs.values() if each.revision == stamp.catalog_revision)
    return pinned, stamp.priced_at or now
