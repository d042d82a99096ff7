"""Which prices something is about: of which offerings, of which type."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from cartwright.models.periods import RecurringPeriod
from cartwright.models.schema import Id, Model, ShortText

if TYPE_CHECKING:
    from cartwright.pricing.worksheet import Line, Row

PriceKind = Literal["one-time", "recurring", "allowance", "usage"]


def _paid_now() -> list[PriceKind]:
    return ["one-time", "recurring"]


class Target(Model):
    """Rows of a cart; a list that is empty matches all."""

    offering_ids: Annotated[list[Id], Field(max_length=1000)] = Field(default_factory=list)
    categories: Annotated[list[ShortText], Field(max_length=1000)] = Field(default_factory=list)
    price_types: list[PriceKind] = Field(default_factory=_paid_now)
    price_periods: list[RecurringPeriod] = Field(default_factory=list)

    def takes_line(self, line: "Line") -> bool:
        """Whether the line's offering is meant."""
        if line.offering is None:
            return not self.offering_ids and not self.categories
        return (not self.offering_ids or line.offering.id in self.offering_ids) and (
            not self.categories or any(each in self.categories for each in line.offering.categories)
        )

    def takes_row(self, row: "Row") -> bool:
        """Whether the price's type and period are meant."""
        point = row.point
        return (not self.price_types or point.type in self.price_types) and (
            not self.price_periods or point.period in self.price_periods
        )
