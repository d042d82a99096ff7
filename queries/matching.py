"""Whether a cart in memory matches a filter: what filters mean, and what the database's answers are compared with."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from models.cart.cart import Cart
from queries.filters import And, Comparison, Exists, Filter, Not, OneOf, Or, Prefix, Test

_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def matches(cart: Cart, where: Filter) -> bool:
    """Whether the filter holds for the cart."""
    match where:
        case And(filters):
            return all(matches(cart, each) for each in filters)
        case Or(filters):
            return any(matches(cart, each) for each in filters)
        case Not(inner):
            return not matches(cart, inner)
        case _:
            return any(_holds(where, value) for value in where.field.values(cart))


def _holds(test: Test, value: Any) -> bool:
    match test:
        case Comparison(_, name, wanted):
            return _OPERATORS[name](value, wanted)
        case OneOf(_, wanted):
            return value in wanted
        case Prefix(_, prefix):
            return isinstance(value, str) and value.startswith(prefix)
        case Exists():
            return True
