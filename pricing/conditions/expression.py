"""`expression`: a condition in CEL, the Common Expression Language, within a budget of work; needs the group `cel`."""

import importlib
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from cartwright.wire.header import Reference
from cartwright.wire.schema import format_time
from models.cart.forms import Document
from pricing.conditions import Condition, condition
from pricing.promotions.expression_work import Extent, Outline, UnboundedError, outline
from pricing.promotions.scope import Scope
from pricing.sheet.worksheet import Line

WORK_BUDGET = 500_000
"""Steps that an evaluation may take; so many took at most two tenths of a second on a small machine."""
MAX_LENGTH = 1000
_FAILURES = (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError)
"""What an evaluation raises; which of them depends on what is wrong with the expression."""


def _compiled(expression: str) -> Any:
    """The program of an expression; raises `PydanticCustomError`, also where the extra is not installed."""
    try:
        cel = importlib.import_module("cel")
    except ImportError:
        raise PydanticCustomError("not-installed", "expressions need the dependency group cel of this worker") from None
    try:
        outline(expression)
        return cel.compile(expression)
    except UnboundedError as refused:
        raise PydanticCustomError(refused.code, "{why}", {"why": str(refused)}) from None
    except ValueError:
        raise PydanticCustomError("wrong-format", "not an expression of CEL") from None


def _checked(expression: str) -> str:
    _compiled(expression)
    return expression


@condition
class Expression(Condition):
    """The `expression` must be true. One that fails or would cost too much counts as false, with a warning.

    It sees `items`, the lines that the promotion is tested on, each with `id`, `amount`, `categories`,
    `characteristics`, `offeringId`, `quantity`, `term`; and `cart` with the `amount` of these lines, `at` (RFC 3339),
    `channel`, `country`, `currency`, `customerId`, `flags`, `keys`, `marketSegment`, `place`, `userType`. Amounts are
    integers in minor units; what is absent is an empty text.
    """

    kind: Literal["expression"]
    expression: Annotated[str, Field(min_length=1, max_length=MAX_LENGTH), AfterValidator(_checked)]
    """The expression in CEL."""

    @cached_property
    def program(self) -> Any:
        """The expression, ready to be evaluated."""
        return _compiled(self.expression)

    @cached_property
    def outline(self) -> Outline:
        """The structure that its work is estimated from."""
        return outline(self.expression)

    def holds(self, scope: Scope) -> bool:
        """Whether it is true of these lines and their cart."""
        name = f"The expression of promotion {scope.promotion_id}"
        cart, items = _cart(scope), [_item(line, scope) for line in scope.lines]
        try:
            if self.outline.work(_extent(cart, items)) > WORK_BUDGET:
                scope.sheet.warn("expression-too-costly", f"{name} was not tried.")
                return False
            result = self.program.execute({"cart": cart, "items": items})
        except _FAILURES:  # also where what was let in once is no expression any more
            scope.sheet.warn("expression-failed", f"{name} could not be evaluated.")
            return False
        return result is True


def _extent(cart: Document, items: list[Document]) -> Extent:
    widths = [1 + len(item["categories"]) + len(item["characteristics"]) for item in items]
    widest = max(widths, default=1)
    breadth = max(len(items), widest, len(cart["flags"]), len(cart["keys"]))
    return Extent(values=sum(widths), breadth=breadth, widest=widest)


def _cart(scope: Scope) -> Document:
    header = scope.sheet.cart.header
    return {
        "amount": scope.amount,
        "at": format_time(scope.sheet.at),
        "channel": _id(header.channel),
        "country": header.country or "",
        "currency": scope.sheet.cart.currency,
        "customerId": (header.customer.id if header.customer else None) or "",
        "flags": dict(header.flags),
        "keys": dict(header.keys),
        "marketSegment": _id(header.market_segment),
        "place": _id(header.place),
        "userType": (header.customer.user_type if header.customer else None) or "",
    }


def _item(line: Line, scope: Scope) -> Document:
    item, offering = line.item, line.offering
    return {
        "id": item.id,
        "amount": scope._replace(lines=(line,)).amount,
        "categories": list(offering.categories) if offering else [],
        "characteristics": dict(item.characteristics),
        "offeringId": item.offering_id or "",
        "quantity": item.quantity,
        "term": item.term or "",
    }


def _id(reference: Reference | str | None) -> str:
    """What a reference names, by its id if it has one."""
    if isinstance(reference, Reference):
        return reference.id or reference.name or ""
    return reference or ""
