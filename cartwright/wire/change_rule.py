"""`changeRule` of price points and lines: what a change of the list price does to a line that has the price already.

Without a rule, and under `follow`, a line costs what the catalog says. Every other rule keeps something that the line
was promised; its price then says what was kept.
"""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.money import MoneyError, parse_decimal
from cartwright.wire.schema import Decimals, Model, Percentage, Time, format_time

ChangeRuleKind = Literal["follow", "keep", "keep-until", "on-renewal", "cap"]
MAX_DECIMALS = 12
"""Decimals of a cap's amount, as of any unit price."""


def _unit_amount(text: str) -> str:
    try:
        coefficient, _ = parse_decimal(text, MAX_DECIMALS)
    except MoneyError as error:
        raise PydanticCustomError("wrong-format", "not an amount of at most 12 decimals") from error
    if coefficient < 0:
        raise PydanticCustomError("out-of-range", "a cap must not be negative")
    return text


class ChangeRule(Model):
    """What a change of the list price does to a line that has it already."""

    kind: ChangeRuleKind
    """`follow`: the line costs what the catalog says. `keep`: it keeps its unit price for good; `keep-until`: until a
    time; `on-renewal`: until a command gives the line another `term`, `paidPeriod` or `nextExpirationDate`. `cap`: with
    every change of the list price, its unit price moves towards it, up or down, but not further than the cap.
    """
    until: Time | None = None
    """Of `keep-until`: the time from which the line follows the catalog."""
    percent: Percentage | None = None
    """Of `cap`: how far a unit price moves at most, in percent of the line's own."""
    amount: Annotated[Decimals, AfterValidator(_unit_amount)] | None = None
    """Of `cap`: how far a unit price moves at most, in the currency of the price; up to 12 decimals."""

    @model_validator(mode="after")
    def _complete(self) -> "ChangeRule":
        if (self.until is not None) != (self.kind == "keep-until"):
            raise PydanticCustomError("wrong-combination", "keep-until needs a time until, other rules can't have one")
        if [self.percent, self.amount].count(None) != (1 if self.kind == "cap" else 2):
            raise PydanticCustomError(
                "wrong-combination", "a cap needs either a percent or an amount, other rules can't have any"
            )
        return self

    @cached_property
    def ends(self) -> str | None:
        """The time until which it keeps a price, as text."""
        return None if self.until is None else format_time(self.until)

    @cached_property
    def words(self) -> str:
        """What it does to a price, as an explanation says it."""
        match self.kind:
            case "keep-until":
                return f"kept until {self.ends}"
            case "on-renewal":
                return "kept until the line is renewed"
            case "cap":
                most = self.amount if self.percent is None else f"{self.percent} %"
                return f"kept, but for {most} per change of the list price"
            case _:
                return "kept"
