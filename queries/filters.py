"""Filters as typed trees: what a `where` says, apart from how it is written and from who evaluates it."""

from dataclasses import dataclass
from datetime import datetime

from queries.fields import SearchField

Value = str | int | bool | datetime
"""What a field is compared with, of the field's own type."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field compared with a value: `=`, `<`, `<=`, `>` or `>=`. On a list any element will do."""

    field: SearchField
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class OneOf:
    """A field that has one of these values."""

    field: SearchField
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    """A text that begins with `prefix`."""

    field: SearchField
    prefix: str


@dataclass(frozen=True, slots=True)
class Exists:
    """A field that has a value; a list that has an element with one."""

    field: SearchField


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a filter; so it also holds where a field is missing."""

    filter: "Filter"


@dataclass(frozen=True, slots=True)
class And:
    """All of these filters."""

    filters: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of these filters."""

    filters: tuple["Filter", ...]


Test = Comparison | OneOf | Prefix | Exists
"""What is asked of one field; it holds if any value that the cart has for it passes."""
Filter = Test | Not | And | Or


def is_served(where: Filter) -> bool:
    """Whether an index finds the carts: one of the filters joined with `and` has one, or all joined with `or` have."""
    match where:
        case And(filters):
            return any(map(is_served, filters))
        case Or(filters):
            return all(map(is_served, filters))
        case Not():
            return False
        case _:
            return where.field.indexed
