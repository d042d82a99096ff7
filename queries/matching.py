"""Whether a cart in memory matches a filter: the meaning of filters, which the database's answers are checked against."""

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from models.cart.cart import Cart
from queries.filters import And, Comparison, Exists, Filter, Not, OneOf, Or, Prefix

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
        case Comparison(field, name, value):
            compare = _OPERATORS[name]
            return any(compare(each, value) for each in field.values(cart))
        case OneOf(field, values):
            return not set(values).isdisjoint(field.values(cart))
        case Prefix(field, prefix):
            return any(each.startswith(prefix) for each in _texts(field.values(cart)))
        case Exists(field):
            return any(True for _ in field.values(cart))


def _texts(values: Iterable[object]) -> Iterable[str]:
    return (each for each in values if isinstance(each, str))
