"""Readers and writers of the parts of a cart, made once from the tables of their classes (`models.cart.fields`).

`writer` and `reader` are for documents: integers in minor units, times as times. `renderer` is for the wire: amounts as
decimal strings, times as text. Each makes a function for one class, as `dataclass` makes `__init__`: its source is put
together from the table and compiled, so it costs what it would cost if it were written by hand.
"""

import linecache
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, is_dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache, partial
from sys import intern
from typing import Any, TypeVar, get_origin

import orjson
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
_AMOUNTS = 10_000
"""How many amounts of a currency are kept as texts: a megabyte."""
_NOTHING: Mapping[str, object] = {}


@cache
def amounts_in(currency: str) -> Amounts:
    """What writes amounts of a currency, the same ones again and again; raises `MoneyError` (`unknown-currency`)."""
    return lru_cache(maxsize=_AMOUNTS)(partial(format_scaled, places=digits(currency)))


def shown_texts(texts: Mapping[str, str]) -> Document:
    """JSON texts by name as the JSON that they are."""
    return {name: orjson.Fragment(text) for name, text in texts.items()}


def writer(cls: type[T]) -> Callable[[T], Document]:
    """Writes an object as a document, without the fields that are marked `APART`."""
    names = Names()
    rows = [
        (row.stored, _attribute(row, _stored, names, row.stored_unless_empty), _there(row, row.stored_unless_empty))
        for row in table(cls)
        if row.in_documents
    ]
    write: Callable[[T], Document] = names.function(f"write_{cls.__name__}(part)", _filled(rows))
    return write


def renderer(cls: type[T]) -> Callable[[T, Amounts], Document]:
    """Writes an object for the wire, in the currency of `amounts`, without the fields that are marked `APART`."""
    names = Names()
    rows = [
        (row.shown, _attribute(row, _shown, names, row.shown_unless_empty), _there(row, row.shown_unless_empty))
        for row in table(cls)
        if row.on_the_wire
    ]
    render: Callable[[T, Amounts], Document] = names.function(f"render_{cls.__name__}(part, amounts)", _filled(rows))
    return render


def reader(cls: type[T]) -> Callable[..., T]:
    """Reads the object that `writer` wrote; what a document does not hold has its default.

    Fields that are marked `APART` are given as arguments by name.
    """
    names = Names()
    rows = [row for row in table(cls) if not row.derived]
    apart = [row.attribute for row in rows if not row.in_documents]
    arguments = ", ".join(_given(row, names) if row.in_documents else row.attribute for row in rows)
    head = f"read_{cls.__name__}({', '.join(('document', *apart))})"
    read: Callable[..., T] = names.function(head, [f"return {names.of(cls)}({arguments})"])
    return read


class Names:
    """The objects that a function's source refers to."""

    def __init__(self) -> None:
        self._objects: dict[str, object] = {
            "format_amount": format_amount,
            "format_time": format_time,
            "intern": intern,
            "nothing": _NOTHING,
        }

    def of(self, thing: object) -> str:
        """The name of an object in the source."""
        name = f"{getattr(thing, '__name__', 'value')}_{len(self._objects)}"
        self._objects[name] = thing
        return name

    def function(self, head: str, body: Sequence[str]) -> Any:
        """The function with this head and body, whose source consists of nothing but names that classes declare.

        Tracebacks and profiles show its lines.
        """
        name, source = head.partition("(")[0], "\n    ".join([f"def {head}:", *body])
        file = f"<models/cart/forms.py {name}>"
        linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
        exec(compile(source, file, "exec"), self._objects)  # noqa: S102 (as `dataclass` and `namedtuple` do)
        return self._objects[name]


def _attribute(row: Row, form: Expression, names: Names, unless_empty: bool) -> str:
    """The expression of a field in its other form; where nothing empty is written, it need not be looked for."""
    value = replace(row.value, nullable=False) if unless_empty else row.value
    return _expression(f"part.{row.attribute}", value, form, names)


def _there(row: Row, unless_empty: bool) -> str | None:
    """The condition under which a field is written, if it is not written always."""
    if not unless_empty:
        return None
    return f"part.{row.attribute} is not None" if row.value.nullable else f"part.{row.attribute}"


def _filled(rows: Sequence[tuple[str, str, str | None]]) -> list[str]:
    """Statements that return an object of these names and values, some of them under a condition."""
    first = next((place for place, (*_, condition) in enumerate(rows) if condition), len(rows))
    always = ", ".join(f"{name!r}: {value}" for name, value, _ in rows[:first])
    sometimes = [
        (f"if {condition}: " if condition else "") + f"filled[{name!r}] = {value}"
        for name, value, condition in rows[first:]
    ]
    return [f"filled = {{{always}}}", *sometimes, "return filled"]


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
    if Mark.JSON_TEXTS in value.marks:
        return f"{names.of(shown_texts)}({of})"
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


def _is_part(kind: object) -> bool:
    return is_dataclass(kind)


def _is_a(base: type, kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, base)
