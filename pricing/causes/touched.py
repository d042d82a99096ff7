"""What changes of a cart touch, for those who ask what may depend on them."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from models.cart.keys import AGREEMENT_ID
from models.cart.sources import CREDIT, PLAN, PROMOTION, PRORATION, TRIAL, VOUCHER
from models.changes.cart_changes import HeaderChanged
from models.changes.change import EVERYTHING, Change
from models.changes.item_changes import ItemAdded, ItemChanged, ItemRemoved

Kinds = set[str]
"""Kinds of changes, or other causes by their codes."""
OF_CONTENTS = ("item:", "container:", "promotion:", "voucher:", "merged:")
"""What the names begin with of all that prices depend on, but for the header."""
CHOICE = "choice"
AMOUNT = "amount"
TAX = "tax"
CIRCUMSTANCES = frozenset(
    {"channel", "place", "marketSegment", "customer.id", "customer.userType", f"keys.{AGREEMENT_ID}"}
)
READ: Mapping[str, frozenset[str]] = {
    CHOICE: CIRCUMSTANCES | {"currency", "forcedCurrency"},
    AMOUNT: frozenset({"pricingPolicy"}),
    TAX: CIRCUMSTANCES | {"country"},
    PROMOTION: CIRCUMSTANCES
    | {"country", "currency", "forcedCurrency", "flags", "keys", "blockDiscounts", "pricingPolicy"},
    VOUCHER: frozenset({"blockDiscounts", "pricingPolicy"}),
    PRORATION: frozenset({"billCycleDay", "pricingPolicy"}),
}
"""Which fields of the header decide on what: the price point, its amount, the taxes, and sources of alterations.

A source that is not here reads what the amount reads.
"""
OF_LINE = frozenset({"offeringId", "term", "characteristics"})
READ_OF_LINES: Mapping[str, frozenset[str]] = {
    CHOICE: OF_LINE | {"action", "asOrdered", "changeRule", "paidPeriod", "nextExpirationDate"},
    TAX: OF_LINE,
    TRIAL: frozenset({"trial"}),
    PLAN: frozenset({"discountPlan", "discountPlanStep"}),
    CREDIT: frozenset({"paidPeriod"}),
}
"""Which fields of a line decide on what; all of these do if a line comes anew. Change rules look at how it is renewed.

What is not here reads none: a quantity, notes and overrides have changes of their own.
"""


class Touched:
    """The kinds of the changes that led from one state of a cart to another, by what they touch."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._changes = changes

    def item(self, item_id: str) -> Kinds:
        """Those of a line."""
        return self._by_name.get(f"item:{item_id}", set())

    def fields_of(self, item_id: str, what: str) -> Kinds:
        """Those of a line as a whole, and of fields of it that decide on this (`READ_OF_LINES`)."""
        names = [f"item:{item_id}.{name}" for name in (EVERYTHING, *READ_OF_LINES.get(what, ()))]
        return {kind for name in names for kind in self._by_name.get(name, ())}

    def source(self, altered: tuple[str, str]) -> Kinds:
        """Those of what alters prices, by source and id: of a promotion or a voucher."""
        return self._by_name.get(":".join(altered), set())

    def header(self, what: str) -> Kinds:
        """Those of the cart as a whole, and of fields of its header that decide on this (`READ`)."""
        names = [EVERYTHING, *(f"header:{name}" for name in READ.get(what, READ[AMOUNT]))]
        return {kind for name in names for kind in self._by_name.get(name, ())}

    @cached_property
    def contents(self) -> Kinds:
        """Those that any amount may depend on, for amounts may be rounded together."""
        names = [name for name in self._by_name if name.startswith(OF_CONTENTS)]
        return {kind for name in names for kind in self._by_name[name]} | self.header(AMOUNT)

    @cached_property
    def _by_name(self) -> Mapping[str, Kinds]:
        found: dict[str, Kinds] = {}
        for each in self._changes:
            for name in (*each.touches(), *_parts(each)):
                found.setdefault(name, set()).add(each.type)
        return found


def _parts(change: Change) -> Iterator[str]:
    """The parts that a change is about: `header:<field>.<part>`, `item:<id>.<field>`, or all fields of a line."""
    if isinstance(change, ItemAdded | ItemRemoved):
        yield f"item:{change.item_id}.{EVERYTHING}"
    elif isinstance(change, ItemChanged):
        for name in change.before.keys() | change.after.keys():
            yield f"item:{change.item_id}.{name}"
    elif isinstance(change, HeaderChanged):
        for name, after in change.after.items():
            ours, theirs = (each if isinstance(each, dict) else {} for each in (change.before.get(name), after))
            for part in ours.keys() | theirs.keys():
                if ours.get(part) != theirs.get(part):
                    yield f"header:{name}.{part}"
