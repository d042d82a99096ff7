"""Readers and writers of the parts of a cart, made once from the tables of their classes (`models.cart.fields`).

`writer` and `reader` are for documents: integers in minor units, times as times. `renderer` is for the wire: amounts as
decimal strings, times as text. Each makes a function for one class, as `dataclass` makes `__init__`: its source is put
together from the table and compiled, so it costs what it would cost if it were written by hand.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, partial
from sys import intern
from typing import Any, TypeVar, get_origin

from pydantic import BaseModel

from cartwright.wire.money import digits, format_amount, format_scaled
from cartwright.wire.schema import format_time
from cartwright.wire.stored import read_stored
from models.cart.fields import SHARED, Mark, Row, Value, table

Document = dict[str, Any]
Amounts = Callable[[int], str]
"""Writes minor units of one currency as a decimal string."""
Expression = Callable[[str, Value, "Names"], str]
"""Of the expression of a value, that of the value in another form."""
T = TypeVar("T")
_NOTHING: Mapping[str, Any] = {}


@cache
def amounts_in(currency: str) -> Amounts:
    """What writes amounts of a currency; raises `MoneyError` (`unknown-currency`)."""
    return partial(format_scaled, places=digits(currency))


def writer(cls: type[T]) -> Callable[[T], Document]:
    """Writes an object as a document, without the fields that are marked `APART`."""
    names = Names()
    rows = [
        (row, row.stored, _expression(f"part.{row.attribute}", row.value, _stored, names), row.stored_unless_empty)
        for row in table(cls)
        if row.in_documents
    ]
    write: Callable[[T], Document] = names.function("part", _filled(rows))
    return write


def renderer(cls: type[T]) -> Callable[[T, Amounts], Document]:
    """Writes an object for the wire, in the currency of `amounts`, without the fields that are marked `APART`."""
    names = Names()
    rows = [
        (row, row.shown, _expression(f"part.{row.attribute}", row.value, _shown, names), row.shown_unless_empty)
        for row in table(cls)
        if row.on_the_wire
    ]
    render: Callable[[T, Amounts], Document] = names.function("part, amounts", _filled(rows))
    return render


def reader(cls: type[T]) -> Callable[..., T]:
    """Reads the object that `writer` wrote; what a document does not hold has its default.

    Fields that are marked `APART` are given as arguments by name.
    """
    names = Names()
    rows = [row for row in table(cls) if not row.derived]
    apart = [row.attribute for row in rows if not row.in_documents]
    arguments = ", ".join(_given(row, names) if row.in_documents else row.attribute for row in rows)
    read: Callable[..., T] = names.function(", ".join(("document", *apart)), [f"return {names.of(cls)}({arguments})"])
    return read


class Names:
    """The objects that a function's source refers to."""

    def __init__(self) -> None:
        self._objects: dict[str, Any] = {
            "format_amount": format_amount,
            "format_time": format_time,
            "intern": intern,
            "nothing": _NOTHING,
        }

    def of(self, thing: Any) -> str:
        """The name of an object in the source."""
        name = f"_{len(self._objects)}"
        self._objects[name] = thing
        return name

    def function(self, parameters: str, body: Sequence[str]) -> Any:
        """The function with this body; there is nothing in it but what the classes in this folder declare."""
        source = "\n    ".join([f"def function({parameters}):", *body])
        exec(source, self._objects)  # noqa: S102 (as `dataclass` and `namedtuple` do)
        return self._objects["function"]


def _filled(rows: Sequence[tuple[Row, str, str, bool]]) -> list[str]:
    """Statements that return an object; from the first field on that may be left out, one statement each."""
    first = next((place for place, (*_, sparse) in enumerate(rows) if sparse), len(rows))
    always = ", ".join(f"{name!r}: {value}" for _, name, value, _ in rows[:first])
    if first == len(rows):
        return [f"return {{{always}}}"]
    body = [f"filled = {{{always}}}"]
    for row, name, value, sparse in rows[first:]:
        attribute = f"part.{row.attribute}"
        there = f"{attribute} is not None" if row.value.nullable else attribute
        body.append(f"{f'if {there}: ' if sparse else ''}filled[{name!r}] = {value}")
    return [*body, "return filled"]


def _given(row: Row, names: Names) -> str:
    key = repr(row.stored)
    value = _expression(f"document[{key}]", row.value, _read, names)
    if row.default is MISSING:
        return value
    return f"({value} if {key} in document else {names.of(row.default)})"


def _expression(of: str, value: Value, form: Expression, names: Names) -> str:
    written = form(of, value, names)
    return f"(None if {of} is None else {written})" if value.nullable and written != of else written


def _each(of: str, value: Value, form: Expression, names: Names, made: str) -> str:
    """All values of a tuple, each of them `value`, as a `list` or a `tuple`."""
    written = _expression("each", value, form, names)
    if written == "each":
        return f"{made}({of})"
    return f"[{written} for each in {of}]" if made == "list" else f"tuple([{written} for each in {of}])"


def _stored(of: str, value: Value, names: Names) -> str:
    if value.each is not None:
        return _each(of, value.each, _stored, names, "list")
    return f"{names.of(writer(value.type))}({of})" if _is_part(value.type) else _plain(of, value)


def _shown(of: str, value: Value, names: Names) -> str:
    if value.each is not None:
        return _each(of, value.each, _shown, names, "list")
    if _is_part(value.type):
        return f"{names.of(renderer(value.type))}({of}, amounts)"
    if Mark.MONEY in value.marks:
        return f"amounts({of})"
    if Mark.OWN_MONEY in value.marks:
        return f"format_amount({of}, part.currency)"
    return f"format_time({of})" if value.type is datetime else _plain(of, value)


def _plain(of: str, value: Value) -> str:
    """What is written the same in both."""
    if _is_a(BaseModel, value.type):
        return f"{of}.wire()"
    return f"{of}.value" if _is_a(StrEnum, value.type) else of


def _read(of: str, value: Value, names: Names) -> str:
    if value.each is not None:
        return _each(of, value.each, _read, names, "tuple")
    if _is_part(value.type):
        return f"{names.of(reader(value.type))}({of})"
    if _is_a(BaseModel, value.type):
        return f"{names.of(partial(read_stored, value.type))}({of})"
    if _is_a(StrEnum, value.type):
        return f"{names.of(value.type)}({of})"
    if SHARED in value.marks:
        return f"({of} or nothing)" if get_origin(value.type) is Mapping else f"intern({of})"
    return of


def _is_part(kind: Any) -> bool:
    return is_dataclass(kind)


def _is_a(base: type, kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, base)
