"""`buy-get`: buy some units, get others, of the same goods or of other ones, free or cheaper; the cheapest of them."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.refusals import Problem, pointer
from cartwright.wire.schema import Count, Percentage
from facts.promotion import Level
from models.catalog.target import Goods
from models.money.rates import parse_percent
from pricing.arithmetic.quantity_discounts import free_units
from pricing.benefits import NOTHING, Reduction, TakenOff, benefit
from pricing.promotions.scope import Offer, Scope
from pricing.promotions.units import amount_off, percent_off_units
from pricing.sheet.cheapest import Taken, Units
from pricing.sheet.worksheet import Worksheet

REDUCED_NOT_BOUGHT = (
    "bought and target may have goods in common: these are reduced, and none of them counts as bought. If that is "
    "meant, leave them out of bought. If units of the target are to pay for others of it, give no bought."
)


@benefit
class BuyGet(Reduction):
    """Every `buy` units bring `get` units of the target, which are reduced by `percent`, or by an `amount` each.

    Without `bought`, units of the target pay for others of it, so that a set has `buy` + `get` of them. Only whole sets
    count, unless `part_sets` lets the last one bring what there is.
    """

    kind: Literal["buy-get"]
    buy: Annotated[int, Field(ge=1, le=10**6)]
    """How many units are paid in full."""
    get: Annotated[int, Field(ge=1, le=10**6)] = 1
    """How many units are reduced."""
    percent: Percentage = "100"
    """The reduction in percent; 100 makes them free."""
    off: TakenOff | None = None
    """The reduction of each unit as an amount, instead of `percent`."""
    bought: Goods | None = None
    """What must be bought, if it is something else than what is reduced; what is in both is reduced."""
    max_sets: Count | None = None
    """How many sets count at most."""
    part_sets: bool = False
    """Whether the last set counts although there are fewer units to reduce than it brings."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.off is not None and "percent" in self.model_fields_set:
            raise PydanticCustomError("one-of", "give either percent or off")
        if self.part_sets and self.get == 1:
            raise PydanticCustomError(
                "without-effect", "a set that brings one unit has no parts: partSets has no effect"
            )
        if self.bought is not None and self.target.covers(self.bought):
            raise PydanticCustomError(
                "without-effect", "what is in both is reduced, not bought: the target leaves nothing of bought"
            )
        return self

    def compares_lines(self, level: Level) -> bool:  # noqa: ARG002 (the same at all levels)
        """The cheapest units are reduced."""
        return True

    def without_effect(self, level: Level) -> str | None:
        """A line has no other goods."""
        return "bought" if self.bought is not None and level == "item" else None

    def remarks(self) -> Iterator[Problem]:
        """Whoever names goods in both may think that they are bought."""
        if self.bought is not None and self.target.may_share(self.bought):
            yield Problem(pointer("bought"), "reduced-not-bought", REDUCED_NOT_BOUGHT)

    def of_unit(self) -> tuple[Fraction, int]:
        """The percentage, or the amount."""
        return (parse_percent(self.percent), 0) if self.off is None else (NOTHING, self.off.minor)

    def offer(self, scope: Scope) -> Offer:
        """The units of one price type and period are counted together; those bought by line, whatever their prices."""
        if self.off is not None and self.off.currency != scope.sheet.currency:
            return Offer()
        totals = [Units(rows, scope.sheet) for rows in scope.by_total(self.target)]
        taken = [each for units in totals for each in units.cheapest(0, self._reduced(units.many, scope))]
        return Offer([[(each.row, self._off(each, scope.sheet))] for each in taken], units=taken)

    def _reduced(self, there: int, scope: Scope) -> int:
        """How many of so many units are reduced."""
        if self.bought is None:
            return free_units(there, self.buy, self.get, self.max_sets, part=self.part_sets)
        sets = scope.units(self.bought, but=self.target) // self.buy
        wanted = (sets if self.max_sets is None else min(sets, self.max_sets)) * self.get
        return min(wanted, there if self.part_sets else there // self.get * self.get)

    def _off(self, taken: Taken, sheet: Worksheet) -> int:
        """What goes off units."""
        if self.off is None:
            return percent_off_units(taken, parse_percent(self.percent), sheet)
        return amount_off(taken, self.off.minor, sheet)
