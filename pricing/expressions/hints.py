"""Mistakes that an expression can make without failing: it is let in, and whoever sends it is told.

- An amount in minor units is compared with a number that has decimals or is below `MINOR`: `cart.amount >= 100` is true
  from 1.00 on, of a currency with two decimals.
- An amount in major units is calculated with: `cart.total * 0.9 >= 89.95` is as inexact as binary fractions are.
- A function of the calendar is called without a time zone, and so counts in UTC; some count from zero.
"""

from collections.abc import Iterator
from typing import NamedTuple

from pricing.expressions.program import Program
from pricing.expressions.syntax import Part

MINOR = 1000
"""Below so many minor units a number is rather meant to be in major units."""
FROM_ZERO = {
    "getDayOfMonth": "the first day of a month is 0 (getDate: 1)",
    "getDayOfWeek": "Sunday is 0",
    "getDayOfYear": "the first day of a year is 0",
    "getMonth": "January is 0",
}
IN_UTC = frozenset({*FROM_ZERO, "getDate", "getFullYear", "getHours", "getMinutes"})


class Hint(NamedTuple):
    """A stable code, and a sentence for people."""

    code: str
    message: str


def hints(program: Program) -> list[Hint]:
    """What may be a mistake, each once."""
    found = (hint for part in program.tree.walk() for hint in _of(part, program))
    return list(dict.fromkeys(found))


def _of(part: Part, program: Program) -> Iterator[Hint]:
    written = program.source(part)
    operands = [each.inner for each in part.operands]
    if part.kind == "compare" and part.name != "in":
        numbers = [number for each in operands if (number := _number(each)) is not None]
        if any(each.member == "amount" for each in operands) and any(0 < each < MINOR or each % 1 for each in numbers):
            yield Hint("minor-units", f"{written}: amount is in minor units, such as cents; total is in major units.")
    elif part.kind == "calculate" and any(each.member == "total" for each in operands):
        yield Hint("inexact-amount", f"{written}: calculate with amount, which is exact; total is for comparisons.")
    elif part.kind == "call" and part.method and len(operands) == 1 and not _is_duration(operands[0]):
        if part.name in FROM_ZERO:
            yield Hint("counted-from-zero", f"{part.name} counts from zero: {FROM_ZERO[part.name]}.")
        if part.name in IN_UTC:
            yield Hint("in-utc", f"{part.name} counts in UTC; the condition time-window knows time zones.")


def _number(part: Part) -> float | None:
    """The number that a part is, if it is a literal."""
    if part.kind != "literal" or not (part.name[0].isdigit() or part.name[0] == "."):
        return None
    digits = part.name.rstrip("uU")
    return int(digits, 16) if digits[:2].lower() == "0x" else float(digits)


def _is_duration(part: Part) -> bool:
    return part.kind == "calculate" or (part.kind == "call" and part.name == "duration")
