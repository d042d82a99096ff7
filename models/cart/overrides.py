"""Overrides: a price that somebody set by hand, or brought from elsewhere, in the place of the list price (002)."""

from typing import Literal

from pydantic import Field

from cartwright.wire.header import Attributes, TimePeriod
from cartwright.wire.periods import RecurringPeriod
from cartwright.wire.price_type import PriceType
from cartwright.wire.schema import Currency, Decimals, Id, Model, Name, Text, Time


class PriceOverride(Model):
    """What replaces one price of a line item, by its type and period, and who said so and why.

    `flat` takes an amount off every unit, `percent` a percentage off the list price, `new-price` is what a unit costs;
    amounts are in the price's own tax basis. It counts while it is valid; `attributes` are kept as sent.
    """

    id: Id
    price_type: PriceType
    period: RecurringPeriod | None = None
    kind: Literal["flat", "percent", "new-price"]
    value: Decimals
    currency: Currency | None = None
    source: Literal["manual", "external"] = "manual"
    external_id: Id | None = None
    valid_for: TimePeriod | None = None
    attributes: Attributes = Field(default_factory=dict)
    reason: Text
    role: Name
    actor: str | None = None
    at: Time = Field(description="when it was set")

    @property
    def price(self) -> tuple[PriceType, str | None]:
        """The type and period of the price that it replaces."""
        return self.price_type, self.period
