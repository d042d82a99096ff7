"""How the fields of a cart and its parts are declared: once, with how each is written in documents and on the wire.

A field is written under its name in camelCase, and its value by its type: a time as a time in documents and as RFC 3339
on the wire, a tuple as a list, a part of the cart as an object. Marks in the annotation say what differs from that.
`table` reads the annotations of a class, and `models.cart.forms` makes readers and writers of the table, so documents,
journal and replies take up a new field by themselves.

A new field has a default and is marked `STORED_UNLESS_EMPTY` or `UNLESS_EMPTY`. Documents from before it are then read
as having the default, and carts that don't use it are written as they were.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, fields, replace
from enum import Enum, auto
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic.alias_generators import to_camel


class Mark(Enum):
    """What an annotation says about a field; each is explained at its name below."""

    MONEY = auto()
    OWN_MONEY = auto()
    SHARED = auto()
    JSON_TEXTS = auto()
    NOT_SHOWN = auto()
    APART = auto()
    UNLESS_EMPTY = auto()
    STORED_UNLESS_EMPTY = auto()
    SHOWN_UNLESS_EMPTY = auto()


Money = Annotated[int, Mark.MONEY]
"""Minor units of the cart's currency; on the wire a decimal string."""
OwnMoney = Annotated[int, Mark.OWN_MONEY]
"""Minor units of the currency that the object names in its own field `currency`; on the wire a decimal string."""
SHARED = Mark.SHARED
"""A text that repeats from cart to cart, or a mapping that is mostly empty: kept in memory once for all carts."""
JSON_TEXTS = Mark.JSON_TEXTS
"""A mapping of JSON texts; on the wire it is shown as the JSON that they are."""
NOT_SHOWN = Mark.NOT_SHOWN
"""Written in documents only."""
APART = Mark.APART
"""Left to the code that writes the whole object: it is written in another place, or in another form."""
UNLESS_EMPTY = Mark.UNLESS_EMPTY
"""Left out where it has its default, which is false."""
STORED_UNLESS_EMPTY = Mark.STORED_UNLESS_EMPTY
"""The same, in documents only."""
SHOWN_UNLESS_EMPTY = Mark.SHOWN_UNLESS_EMPTY
"""The same, on the wire only."""


@dataclass(frozen=True, slots=True)
class Named:
    """Another name than the field's own in camelCase: in both places, or in one of them."""

    both: str | None = None
    shown: str | None = None
    stored: str | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A type, whether the value may be `None`, what is marked, and of a tuple the values in it."""

    type: Any
    nullable: bool
    marks: frozenset[object]
    each: "Value | None"


@dataclass(frozen=True, slots=True)
class Row:
    """One field of a table: its attribute, its names in documents and on the wire, its value and its default.

    `derived` is a property: it is shown, and neither stored nor read.
    """

    attribute: str
    shown: str
    stored: str
    value: Value
    default: object
    derived: bool = False

    @property
    def in_documents(self) -> bool:
        """Whether it is written into documents with the others."""
        return not self.derived and APART not in self.value.marks

    @property
    def on_the_wire(self) -> bool:
        """Whether it is written for the wire with the others."""
        return not self.value.marks & {APART, NOT_SHOWN}

    @property
    def stored_unless_empty(self) -> bool:
        """Whether documents leave it out where it is empty."""
        return bool(self.value.marks & {UNLESS_EMPTY, STORED_UNLESS_EMPTY})

    @property
    def shown_unless_empty(self) -> bool:
        """Whether the wire leaves it out where it is empty."""
        return bool(self.value.marks & {UNLESS_EMPTY, SHOWN_UNLESS_EMPTY})


F = TypeVar("F", bound=Callable[[Any], object])
_SHOWN = "shown_with"


def shown(*marks: Named | Mark) -> Callable[[F], F]:
    """Show a property on the wire too, after the fields; goes between it and `@property`."""

    def mark(getter: F) -> F:
        setattr(getter, _SHOWN, marks)
        return getter

    return mark


def table(cls: type[Any]) -> tuple[Row, ...]:
    """The rows of a dataclass: its fields in the order in which they are declared, then the properties it shows."""
    hints = get_type_hints(cls, include_extras=True)
    own = [_row(each.name, hints[each.name], _default(each)) for each in fields(cls) if each.init]
    getters = [each.fget for each in vars(cls).values() if isinstance(each, property) and each.fget]
    return (*own, *(_derived(getter) for getter in getters if hasattr(getter, _SHOWN)))


def _default(field: Field[object]) -> object:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _derived(getter: Callable[..., object]) -> Row:
    hint = get_type_hints(getter, include_extras=True)["return"]
    return replace(_row(getter.__name__, hint, None, getattr(getter, _SHOWN)), derived=True)


def _row(attribute: str, hint: Any, default: object, marks: tuple[Named | Mark, ...] = ()) -> Row:
    value = _value(hint, marks)
    named = next((each for each in value.marks if isinstance(each, Named)), Named())
    own = named.both or to_camel(attribute)
    row = Row(attribute, named.shown or own, named.stored or own, value, default)
    if default is MISSING and value.nullable and row.stored_unless_empty:
        return replace(row, default=None)
    if default and (row.stored_unless_empty or row.shown_unless_empty):
        raise TypeError(f"{attribute} is left out where it is empty, so its default must be false")
    return row


def _value(hint: Any, said: tuple[object, ...] = ()) -> Value:
    nullable = False
    while get_origin(hint) in {Annotated, Union, UnionType}:
        if get_origin(hint) is Annotated:
            hint, said = hint.__origin__, (*said, *hint.__metadata__)
        else:
            (hint,) = (each for each in get_args(hint) if each is not NoneType)
            nullable = True
    each = _value(get_args(hint)[0]) if get_origin(hint) is tuple else None
    return Value(hint, nullable, frozenset(said), each)
