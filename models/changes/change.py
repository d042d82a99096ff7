"""What happened to a cart, in the past tense; folding all changes gives the cart, for a change knows how it applies.

Changes have the same names in replies, events and the journal; `touches` is what `onConflict: rebase` compares.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from cartwright.wire.refusals import pointer
from cartwright.wire.stored import read_stored
from models.cart.cart import Cart, Item
from models.cart.forms import Document

EVERYTHING = "*"
PARTS = ("note", "item", "adjustment")
"""The kinds of parts that other things have."""
PACKAGE = "models.changes"


class Change(BaseModel):
    """Base of all changes: `type` names it on the wire, the fields are JSON values.

    A change that a decision makes also knows which part of the command it comes from. That is no field: it is neither
    stored nor sent, and two changes that differ only in it are equal.
    """

    __slots__ = ("_parts",)

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)
    type: ClassVar[str]
    announced: ClassVar[bool] = False
    """Whether it has an event of its own, of the same name, besides `cart-updated`."""
    reprices: ClassVar[bool] = True
    """Whether prices follow it; a command keeps all prices if none of its changes does."""

    def at(self, *parts: str | int) -> Self:
        """The change itself, from now on with the part of the command's data that it comes from: `at("items", 2)`."""
        object.__setattr__(self, "_parts", parts)
        return self

    def within(self, *parts: str | int) -> Self:
        """The change itself, of a command whose data is this part of another one's."""
        own: tuple[str | int, ...] | None = getattr(self, "_parts", None)
        return self if own is None else self.at(*parts, *own)

    @property
    def origin(self) -> str | None:
        """The JSON Pointer to the part of the command that it comes from; none for what follows by rules."""
        parts: tuple[str | int, ...] | None = getattr(self, "_parts", None)
        return None if parts is None else pointer("data", *parts)

    @abstractmethod
    def apply(self, cart: Cart) -> Cart:
        """Return the cart after this change; the cart itself stays as it is."""

    @abstractmethod
    def touches(self) -> frozenset[str]:
        """Names of what this change reads or writes: `item:<id>`, `header:<field>`, and parts of it behind these.

        `item:<id>:*` is the item with all its parts, `*` is everything.
        """

    def wire(self) -> Document:
        """The change as a JSON object."""
        return {"type": self.type, **self.model_dump(by_alias=True)}


_KINDS: dict[str, type[Change]] = {}
C = TypeVar("C", bound=type[Change])


def change(kind: str) -> Callable[[C], C]:
    """Register a change class under its wire name; it must be in this folder, where `read_change` looks."""

    def register(cls: C) -> C:
        if cls.__module__.rpartition(".")[0] != PACKAGE:
            raise ValueError(f"{kind} is a change, and belongs in {PACKAGE}")
        if kind in _KINDS:
            raise ValueError(f"two changes are called {kind}")
        cls.type = kind
        _KINDS[kind] = cls
        return cls

    return register


@cache
def change_kinds() -> Mapping[str, type[Change]]:
    """All kinds by name, found by importing every module of this folder."""
    package = import_module(PACKAGE)
    for module in iter_modules(package.__path__, f"{PACKAGE}."):
        import_module(module.name)
    return _KINDS


@cache
def announced_kinds() -> frozenset[str]:
    """The kinds that have an event of their own."""
    return frozenset(kind for kind, each in change_kinds().items() if each.announced)


def read_change(wire: Document) -> Change:
    """The change that `wire()` wrote; raises `KeyError` for an unknown kind."""
    fields = dict(wire)
    return read_stored(change_kinds()[fields.pop("type")], fields)


def evolve(cart: Cart, changes: Iterable[Change]) -> Cart:
    """Apply the changes in order."""
    for each in changes:
        cart = each.apply(cart)
    return cart


def touched(changes: Iterable[Change]) -> frozenset[str]:
    """Everything that these changes touch."""
    return frozenset(name for each in changes for name in each.touches())


def overlap(left: frozenset[str], right: frozenset[str]) -> frozenset[str]:
    """What both sides touch; a name that ends with `*` overlaps with all that begin as it does, and with the whole."""
    return frozenset(
        name
        for own, other in ((left, right), (right, left))
        for name in own
        if name in other or any(wider in other for wider in _wider(name))
    )


def _wider(name: str) -> Iterator[str]:
    """The names, with `*` at their end, of all that this one is a part of."""
    yield EVERYTHING
    for place, character in enumerate(f"{name}:", 1):
        if character == ":":
            yield f"{name}:"[:place] + EVERYTHING


def ids_of(name: str) -> tuple[str, ...]:
    """The ids in a name that a change touches: of the thing, and of the part of it if it is about a part only."""
    own = name.partition(":")[2]
    for kind in PARTS:
        whole, found, part = own.partition(f":{kind}:")
        if found:
            return whole, part
    return (own,) if own else ()


def replace_container(cart: Cart, container_id: str, **fields: Any) -> Cart:
    """The cart with some fields of one container set."""
    containers = tuple(replace(each, **fields) if each.id == container_id else each for each in cart.containers)
    return replace(cart, containers=containers)


def replace_item(cart: Cart, item_id: str, **fields: Any) -> Cart:
    """The cart with some fields of one line item set."""
    return with_item(cart, item_id, lambda item: replace(item, **fields))


def with_item(cart: Cart, item_id: str, changed: Callable[[Item], Item]) -> Cart:
    """The cart with one line item changed; what comes after it is not looked at, for a patch changes many."""
    items = cart.items
    for place, item in enumerate(items):
        if item.id == item_id:
            return replace(cart, items=(*items[:place], changed(item), *items[place + 1 :]))
    return cart
