"""Which lines the changes of a command are about: these must have a price, while others may keep what they had."""

from collections.abc import Iterable
from typing import NamedTuple

from models.changes.change import EVERYTHING, Change
from models.changes.item_changes import ItemAdded, ItemChanged, QuantityChanged
from models.changes.override_changes import OverrideWithdrawn, PriceOverridden

WHERE = frozenset(
    f"header:{name}" for name in ("country", "currency", "forcedCurrency", "channel", "place", "marketSegment")
)
"""What a cart's prices depend on as a whole: whoever changes one of these touches every line."""


class Touched(NamedTuple):
    """The lines that changes are about, and those that they give another offering; or `all` lines."""

    all: bool
    item_ids: frozenset[str]
    exchanged: frozenset[str]


def touched_by(changes: Iterable[Change]) -> Touched:
    """What the changes touch, among all that the prices of lines depend on."""
    everything = False
    item_ids, exchanged = set[str](), set[str]()
    for each in changes:
        if isinstance(each, ItemAdded | ItemChanged | QuantityChanged | PriceOverridden | OverrideWithdrawn):
            item_ids.add(each.item_id)
            if isinstance(each, ItemChanged) and "offeringId" in each.after:
                exchanged.add(each.item_id)
        elif not WHERE.isdisjoint(names := each.touches()) or EVERYTHING in names:
            everything = True
    return Touched(everything, frozenset(item_ids), frozenset(exchanged))
