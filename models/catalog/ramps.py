"""What a recurring price does over its periods: phases at stated amounts, and an uplift that comes again and again."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.money import MoneyError
from cartwright.wire.periods import RecurringPeriod, parse_period
from cartwright.wire.schema import Decimals, Model, Percentage
from models.money.rates import parse_percent, parse_rate


class PricePhase(Model):
    """So many periods at one price; the last phase is for good."""

    periods: Annotated[int, Field(ge=1, le=1200)] | None = None
    """For how many periods; none for the last."""
    amount: Decimals
    """The price of one unit in them; up to 12 decimals."""


class Uplift(Model):
    """A rise that comes again and again, each time from what the price is by then."""

    percent: Percentage
    """By how much it rises, in percent of what it was."""
    every: RecurringPeriod
    """How often: a whole number of the price's own periods."""

    @field_validator("percent")
    @classmethod
    def _rises(cls, percent: str) -> str:
        if not parse_percent(percent):
            raise PydanticCustomError("without-effect", "a rise of nothing is none")
        return percent


Phases = Annotated[list[PricePhase], Field(max_length=100)]


def check_phases(phases: Sequence[PricePhase], amount: str) -> None:
    """Raise `PydanticCustomError` unless one phase follows the other up to one for good, and `amount` is of one."""
    if phases[-1].periods is not None or any(earlier.periods is None for earlier, _ in pairwise(phases)):
        raise PydanticCustomError("not-for-good", "every phase but the last has periods, and the last has none")
    if _exact(amount) not in {_exact(each.amount) for each in phases}:
        raise PydanticCustomError("without-effect", "the phases say what it costs; amount must be that of one of them")


def _exact(amount: str) -> Fraction | str:
    """An amount as a number; as it stands if it is none, which is told elsewhere."""
    try:
        return parse_rate(amount)
    except MoneyError:
        return amount


def periods_between(every: str, period: str) -> int:
    """After how many periods of `period` an uplift comes; raises `PydanticCustomError` if that is no whole number."""
    lengths = zip(parse_period(every), parse_period(period), strict=True)
    times = {Fraction(long, short) if short else None for long, short in lengths if long or short}
    first = times.pop()
    if not times and first and first.denominator == 1:
        return first.numerator
    raise PydanticCustomError("period-mismatch", "an uplift comes after a whole number of the price's periods")
