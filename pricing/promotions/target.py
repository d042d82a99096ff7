"""Which prices a promotion reduces or a condition counts."""

from functools import cached_property
from typing import Annotated

from pydantic import Field

from cartwright.wire.periods import RecurringPeriod
from cartwright.wire.price_type import PriceType
from cartwright.wire.schema import Id, Model, ShortText
from pricing.sheet.worksheet import Line, Row


def _paid_now() -> list[PriceType]:
    return ["one-time", "recurring"]


class Target(Model):
    """Prices of a cart, by offering, category, type and period; an empty list matches all."""

    offering_ids: Annotated[list[Id], Field(max_length=1000)] = Field(default_factory=list)
    """Offerings; an empty list means all."""
    categories: Annotated[list[ShortText], Field(max_length=1000)] = Field(default_factory=list)
    """Categories; an empty list means all."""
    price_types: list[PriceType] = Field(default_factory=_paid_now)
    """Price types; an empty list means all."""
    price_periods: list[RecurringPeriod] = Field(default_factory=list)
    """Periods of recurring prices; an empty list means all."""

    @cached_property
    def offerings(self) -> frozenset[str]:
        """The offerings, for look-up."""
        return frozenset(self.offering_ids)

    @cached_property
    def wanted_categories(self) -> frozenset[str]:
        """The categories, for look-up."""
        return frozenset(self.categories)

    def takes_line(self, line: Line) -> bool:
        """Whether the line's offering is in the target."""
        if line.offering is None:
            return not self.offerings and not self.wanted_categories
        return (not self.offerings or line.offering.id in self.offerings) and (
            not self.wanted_categories or not self.wanted_categories.isdisjoint(line.offering.categories)
        )

    def takes_row(self, row: Row) -> bool:
        """Whether the price's type and period are in the target."""
        point = row.point
        return (not self.price_types or point.type in self.price_types) and (
            not self.price_periods or point.period in self.price_periods
        )
