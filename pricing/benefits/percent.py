"""`percent`: a percentage off each unit of a line, or off the sum of a container or cart."""

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from cartwright.wire.policy import ActionsOfOnePromotion
from cartwright.wire.schema import Percentage
from facts.promotion import Level
from models.money.rates import parse_percent
from pricing.arithmetic.discounts import percent_of_unit, units_percent
from pricing.benefits import Reduction, benefit
from pricing.promotions.percentage import percentage_off
from pricing.promotions.scope import Offer, Scope
from pricing.sheet.counting import STATED, by_tax


@benefit
class Percent(Reduction):
    """`value` percent off. `max_quantity` limits the units per line, at item level only."""

    kind: Literal["percent"]
    value: Percentage
    """The percentage."""
    max_quantity: Annotated[int, Field(ge=1, le=10**6)] | None = None
    """How many units of a line are reduced at most."""

    def without_effect(self, level: Level) -> str | None:
        """Units are counted by line."""
        return "maxQuantity" if self.max_quantity is not None and level != "item" else None

    def by_price(self, level: Level) -> bool:
        """At item level each price is reduced for itself."""
        return level == "item" and not self.has_limits

    def counts_by_price(self, level: Level) -> bool:  # noqa: ARG002 (the same at all levels)
        """A percentage is a part of each price, wherever it is rounded."""
        return not self.has_limits

    def share_of_all(self, level: Level) -> Fraction | None:
        """The percentage, if it is of the whole cart."""
        whole = level == "cart" and self.target.takes_all_that_is_paid_now and not self.has_limits
        return parse_percent(self.value) if whole else None

    def of_unit(self) -> tuple[Fraction, int]:
        """The percentage."""
        return parse_percent(self.value), 0

    def offer(self, scope: Scope) -> Offer:
        """A reduction of every row of the target, rounded once per unit, or once per total and spread."""
        percent, policy = parse_percent(self.value), scope.sheet.policy
        if scope.level == "item":
            rows = scope.rows(self.target)
            most, further = self.max_quantity, scope.further
            lines = STATED.lines(rows)
            shares = units_percent(lines, percent, policy, max_quantity=most, further_action=further)
            of_list = further and policy.actions_of_one_promotion is ActionsOfOnePromotion.ORIGINAL
            off = None if most is not None or of_list else percent_of_unit(percent, policy)
            return Offer([[pair] for pair in zip(rows, shares, strict=True)], off=off)
        alike = [rows for total in scope.by_total(self.target) for rows in by_tax(total)]
        return Offer([percentage_off(rows, percent, policy) for rows in alike])
