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


Filter = Comparison | OneOf | Prefix | Exists | Not | And | Or


def conjuncts(where: Filter | None) -> tuple[Filter, ...]:
    """The filters that are joined with `and` at the top; none if there is no filter."""
    if where is None:
        return ()
    return where.filters if isinstance(where, And) else (where,)
