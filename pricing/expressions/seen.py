"""What an expression sees of a cart: the names, and the values that stand behind them.

Values are handed over one by one, which costs more than most expressions do. So only the fields that an expression
reads are written, if it reads nothing as a whole.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cartwright.wire.header import Reference
from cartwright.wire.money import digits
from cartwright.wire.schema import format_time
from pricing.expressions.syntax import Part
from pricing.expressions.work import Extent
from pricing.promotions.scope import Scope
from pricing.sheet.rows import Line

Reads = Mapping[str, Callable[[Scope], Any]]


def major(amount: int, currency: str) -> float:
    """Minor units in major units: the number nearest to the decimal, and so the one that a literal for it is.

    Two different amounts below 4·10¹⁵ minor units are two different numbers, in the same order.
    """
    number: float = amount / 10 ** digits(currency)
    return number


def _id(reference: Reference | str | None) -> str:
    """What a reference names, by its id if it has one."""
    if isinstance(reference, Reference):
        return reference.id or reference.name or ""
    return reference or ""


CART: Reads = {
    "amount": lambda scope: scope.amount,
    "at": lambda scope: format_time(scope.sheet.at),
    "channel": lambda scope: _id(scope.sheet.cart.header.channel),
    "country": lambda scope: scope.sheet.cart.header.country or "",
    "currency": lambda scope: scope.sheet.currency,
    "customerId": lambda scope: _customer(scope, "id"),
    "flags": lambda scope: dict(scope.sheet.cart.header.flags),
    "keys": lambda scope: dict(scope.sheet.cart.header.keys),
    "marketSegment": lambda scope: _id(scope.sheet.cart.header.market_segment),
    "place": lambda scope: _id(scope.sheet.cart.header.place),
    "total": lambda scope: major(scope.amount, scope.sheet.currency),
    "userType": lambda scope: _customer(scope, "user_type"),
}
"""The fields of `cart`."""


def _customer(scope: Scope, name: str) -> str:
    customer = scope.sheet.cart.header.customer
    return (getattr(customer, name) if customer else None) or ""


ITEM: Reads = {
    "id": lambda scope: _line(scope).item.id,
    "amount": lambda scope: scope.amount,
    "categories": lambda scope: _categories(_line(scope)),
    "characteristics": lambda scope: dict(_line(scope).item.characteristics),
    "offeringId": lambda scope: _line(scope).item.offering_id or "",
    "quantity": lambda scope: _line(scope).item.quantity,
    "term": lambda scope: _line(scope).item.term or "",
    "total": lambda scope: major(scope.amount, scope.sheet.currency),
}
"""The fields of each of `items`, of a scope that is this line only."""


def _line(scope: Scope) -> Line:
    return scope.lines[0]


def _categories(line: Line) -> list[str]:
    return list(line.offering.categories) if line.offering else []


@dataclass(frozen=True, slots=True)
class View:
    """Which of it an expression reads: names of fields."""

    cart: frozenset[str]
    items: frozenset[str]
    lines: bool

    def values(self, scope: Scope) -> dict[str, Any]:
        """What the expression sees. Lines come in the order of their ids, whatever their order in the cart."""
        values: dict[str, Any] = {"cart": {name: CART[name](scope) for name in self.cart}}
        if self.lines:
            lines = sorted(scope.lines, key=lambda line: line.item.id)
            alone = [scope._replace(lines=(line,)) for line in lines]
            values["items"] = [{name: ITEM[name](each) for name in self.items} for each in alone]
        return values


def view(tree: Part) -> View:
    """What an expression reads; everything, where it reads more than field by field."""
    lines = "items" in tree.names
    if not _field_by_field(tree):
        return View(frozenset(CART), frozenset(ITEM), lines)
    read = frozenset(each.member for each in tree.walk())
    return View(read & CART.keys(), read & ITEM.keys(), lines)


def _field_by_field(tree: Part) -> bool:
    """Whether the cart and its lines are only taken apart: by fields, by loops over lines, by place, or by `size`."""
    loops = [each for each in tree.walk() if each.kind == "loop"]
    records = {"cart", *(each.variable for each in loops if _is_lines(each.operands[0]))}

    def is_record(part: Part) -> bool:
        if part.kind == "index":
            return _is_lines(part.operands[0])
        return part.kind == "name" and part.name in records

    for around in tree.walk():
        for place, part in enumerate(around.operands):
            if is_record(part) and not (place == 0 and around.member):
                return False
            if _is_lines(part) and not (place == 0 and (around.kind in ("loop", "index") or around.name == "size")):
                return False
    return not is_record(tree) and not _is_lines(tree)


def _is_lines(part: Part) -> bool:
    """Whether it is a list of lines, as far as can be seen."""
    return (part.kind == "name" and part.name == "items") or (part.kind == "loop" and part.name == "filter")


def extent(scope: Scope) -> Extent:
    """How much it sees."""
    header = scope.sheet.cart.header
    widths = [1 + len(_categories(line)) + len(line.item.characteristics) for line in scope.lines]
    widest = max(widths, default=1)
    breadth = max(len(widths), widest, len(header.flags), len(header.keys))
    return Extent(values=sum(widths), breadth=breadth, widest=widest)
