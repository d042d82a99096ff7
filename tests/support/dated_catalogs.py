"""Catalogs whose revisions were made on certain days, and carts priced on others, with all the past that is wanted."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cartwright.wire.header import Header
from cartwright.wire.status import CartStatus
from facts.history import CatalogHistory, HistoryWanted
from facts.offering_history import offering_history
from facts.snapshot import CatalogRows, Facts
from models.answers.explanation import Explanation
from models.cart.cart import Cart, Item, Stamp
from models.cart.prior_price import PriorPrice
from pricing.explaining import explain
from pricing.price import price
from storage.records import Revision

DAY_ONE = datetime(2026, 1, 1, tzinfo=UTC)
"""Day 1 of the calendar of these tests."""
Tables = dict[str, list[dict[str, Any]]]
SHOWN = {"configuration": [{"pricingPolicy": {"priorPrices": "shown"}}]}
MUG: Tables = {
    "offerings": [{"id": "mug", "taxCategory": "standard"}],
    "taxes": [{"id": "fr", "country": "FR", "category": "standard", "rate": "20"}],
}


def day(number: float) -> datetime:
    """The beginning of a day; day 1 is the first one."""
    return DAY_ONE + timedelta(days=number - 1)


def days(start: float | None, end: float | None) -> dict[str, Any]:
    """`validFor`, from one day to another."""
    both = {"startDateTime": start, "endDateTime": end}
    return {"validFor": {name: day(at).isoformat().replace("+00:00", "Z") for name, at in both.items() if at}}


def listed(amount: str, name: str = "list", **fields: Any) -> dict[str, Any]:
    """An ordinary price of the mug, which contains its tax."""
    row = {"id": name, "offeringId": "mug", "type": "one-time", "currency": "EUR", "taxIncluded": True}
    return {**row, "amount": amount, **fields}


def sale(amount: str, name: str = "sale", *replaced: str, **fields: Any) -> dict[str, Any]:
    """A price that takes the place of others."""
    relationships = [{"id": each, "type": "replaces"} for each in replaced or ("list",)]
    return listed(amount, name, relationships=relationships, **fields)


def off(percent: str, name: str = "off", **fields: Any) -> dict[str, Any]:
    """A promotion that everybody gets for single items."""
    return {"id": name, "level": "item", "benefits": [{"kind": "percent", "value": percent}], **fields}


class DatedCatalog:
    """A tenant's revisions, by the day on which each was made; the first one is the mug's, if none says otherwise."""

    def __init__(self, changes: Mapping[float, Tables], *, shown: bool = True) -> None:
        first = {**MUG, **(SHOWN if shown else {})}
        tables = [(at, {**first, **rows} if number == 0 else rows) for number, (at, rows) in enumerate(changes.items())]
        self.revisions = [
            Revision("acme", number, day(at), f"m-{number}", b"", CatalogRows.of(rows))
            for number, (at, rows) in enumerate(tables, 1)
        ]

    def facts(self, at: datetime, history: CatalogHistory | None = None) -> Facts:
        """The catalog as it was at a time."""
        made = [each for each in self.revisions if each.at <= at]
        return replace(Facts(), history=history).with_changes((each.rows, each.revision) for each in made)

    def history(self, wanted: HistoryWanted, known: CatalogHistory, *, whole: bool = False) -> CatalogHistory:
        """What a worker reads when it is wanted: from that time on, or all of it."""
        deque(wanted.steps, 0)
        base = self.facts(wanted.since) if not whole else Facts()
        later, since = self.revisions[base.revision :], wanted.since if base.revision else None
        found = {each: offering_history(each, base, since, later, len(self.revisions)) for each in wanted.offering_ids}
        return CatalogHistory({**known.offerings, **found})

    def priced(self, cart: Cart, at: datetime, *, whole: bool = False) -> Cart:
        """The cart priced at a time."""
        history = CatalogHistory()
        while True:
            try:
                return price(cart, self.facts(at, history), at)
            except HistoryWanted as wanted:
                history = self.history(wanted, history, whole=whole)

    def explained(self, cart: Cart, at: datetime) -> Explanation:
        """Why the cart has its prices at a time."""
        history = CatalogHistory()
        while True:
            try:
                return explain(cart, self.facts(at, history), at)[1]
            except HistoryWanted as wanted:
                history = self.history(wanted, history)

    def prior(self, on: float, cart: Cart | None = None, *, whole: bool = False) -> tuple[int, float] | None:
        """What a mug cost before, with tax, and the day since when it is reduced."""
        found = self.prior_price(on, cart, whole=whole)
        return None if found is None else (found.unit_gross, 1 + (found.reduced_since - DAY_ONE) / timedelta(days=1))

    def prior_price(self, on: float, cart: Cart | None = None, *, whole: bool = False) -> PriorPrice | None:
        """The prior price of the cart's first price on a day."""
        return self.priced(cart or cart_of(), day(on), whole=whole).items[0].prices[0].prior


def cart_of(items: Sequence[Mapping[str, Any]] = ({},), **header: Any) -> Cart:
    """A cart with a mug in it, or some items."""
    head = Header.model_validate({"country": "FR", "currency": "EUR", **header})
    stamp = Stamp(DAY_ONE, None)
    lines = tuple(
        Item(**{"id": f"i-{number}", "offering_id": "mug", "quantity": 1, **each}) for number, each in enumerate(items)
    )
    return Cart("c-1", "acme", 1, CartStatus.ACTIVE, head, stamp, stamp, items=lines)
