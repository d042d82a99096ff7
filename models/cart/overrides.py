"""Overrides: a price that somebody set by hand, or brought from elsewhere, in the place of the list price (002)."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from cartwright.wire.periods import RecurringPeriod
from cartwright.wire.schema import Currency, Decimals, Id, Model, Name, Text, Time
from cartwright.wire.stored import read_stored
from models.cart.cart import Item

OVERRIDES = "overrides"
"""The name under which a line item carries its overrides."""


class PriceOverride(Model):
    """What replaces one price of a line item, by its type and period, and who said so and why.

    `flat` takes an amount off every unit, `percent` a percentage off the list price, `new-price` is what a unit costs;
    amounts are in the price's own tax basis.
    """

    id: Id
    price_type: Literal["one-time", "recurring", "allowance", "usage"]
    period: RecurringPeriod | None = None
    kind: Literal["flat", "percent", "new-price"]
    value: Decimals
    currency: Currency | None = None
    source: Literal["manual", "external"] = "manual"
    external_id: Id | None = None
    reason: Text
    role: Name
    actor: str | None = None
    at: Time = Field(description="when it was set")

    @property
    def price(self) -> tuple[str, str | None]:
        """The type and period of the price that it replaces."""
        return self.price_type, self.period


def read_overrides(item: Item) -> list[PriceOverride]:
    """The overrides of a line item."""
    rows: list[Mapping[str, Any]] = item.details.get(OVERRIDES, [])
    return [read_stored(PriceOverride, row) for row in rows]
