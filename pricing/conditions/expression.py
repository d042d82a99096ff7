"""`expression`: a condition in CEL, the Common Expression Language, within a budget of work; needs the extra `cel`.

It sees `cart` and `items` as `_cart` and `_item` make them; amounts are integers in minor units. See docs/decisions.
"""

import importlib
import re
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from cartwright.models.schema import format_time
from cartwright.pricing.conditions import Condition, condition
from cartwright.pricing.scope import Scope
from cartwright.pricing.totals import DUE_NOW
from cartwright.pricing.worksheet import Line

WORK_BUDGET = 1_000_000
"""The largest product of an expression's length and the items that its macros go through, nested ones multiplied."""
MAX_LENGTH = 1000
MAX_DEPTH = 50
_MACRO = re.compile(r"\.\s*(all|exists|exists_one|filter|map)\s*\(")
_OPENING = re.compile(r"[(\[{]")
_FAILURES = (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError)
"""What an evaluation raises; which of them depends on what is wrong with the expression."""


def _compiled(expression: str) -> Any:
    """The program of an expression; raises `PydanticCustomError`, also where the extra is not installed."""
    try:
        cel = importlib.import_module("cel")
    except ImportError:
        raise PydanticCustomError("not-installed", "expressions need the extra cel of this worker") from None
    if len(_OPENING.findall(expression)) > MAX_DEPTH:
        raise PydanticCustomError("too-deep", "the expression has too many brackets")
    try:
        return cel.compile(expression)
    except ValueError:
        raise PydanticCustomError("wrong-format", "not an expression of CEL") from None


def _checked(expression: str) -> str:
    _compiled(expression)
    return expression


@condition
class Expression(Condition):
    """The `expression`, which must be true; one that fails or would cost too much is not, and a warning says so."""

    kind: Literal["expression"]
    expression: Annotated[str, Field(min_length=1, max_length=MAX_LENGTH), AfterValidator(_checked)]

    @cached_property
    def program(self) -> Any:
        """The expression, ready to be evaluated."""
        return _compiled(self.expression)

    def work(self, items: int) -> int:
        """An upper bound of what an evaluation costs: every macro may stand inside all the others."""
        return len(self.expression) * int((items + 1) ** len(_MACRO.findall(self.expression)))

    def holds(self, scope: Scope) -> bool:
        """Whether it is true of these lines and their cart."""
        name = f"The expression of promotion {scope.promotion.id}"
        if self.work(len(scope.lines)) > WORK_BUDGET:
            scope.sheet.warn("expression-too-costly", f"{name} was not tried.")
            return False
        try:
            result = self.program.execute({"cart": _cart(scope), "items": [_item(line) for line in scope.lines]})
        except _FAILURES:
            scope.sheet.warn("expression-failed", f"{name} could not be evaluated.")
            return False
        return result is True


def _cart(scope: Scope) -> dict[str, Any]:
    header = scope.sheet.cart.header
    return {
        "amount": scope.amount,
        "at": format_time(scope.sheet.at),
        "country": header.country or "",
        "currency": scope.sheet.cart.currency,
        "customerId": header.customer.id if header.customer else "",
        "flags": dict(header.flags),
        "keys": dict(header.keys),
        "userType": (header.customer.user_type if header.customer else None) or "",
    }


def _item(line: Line) -> dict[str, Any]:
    item, offering = line.item, line.offering
    return {
        "id": item.id,
        "amount": sum(row.amount for row in line.rows if row.point.type in DUE_NOW),
        "categories": list(offering.categories) if offering else [],
        "characteristics": dict(item.characteristics),
        "offeringId": item.offering_id or "",
        "quantity": item.quantity,
        "term": item.term or "",
    }
