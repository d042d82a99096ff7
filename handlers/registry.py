"""The registry of commands: a module in this folder that decorates its decision is a command; nobody keeps a list."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from cartwright.wire.command import Command, CommandData, Envelope
from facts.snapshot import CatalogRows, Facts
from models.answers.explanation import Explanation
from models.cart.cart import Cart
from models.changes.change import Change

D = TypeVar("D", bound=CommandData)
CatalogKey = datetime | int | None
"""Which state of a catalog: as of a time, of a revision, or the present one."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision may know besides the cart and its own data; all of it fetched beforehand.

    `catalogs` holds the catalog at every time that the command asks for, the present one, and to explain prices that
    stay as they are, the one that they come from.
    """

    command: Command[Any]
    facts: Facts
    at: datetime
    catalogs: Mapping[CatalogKey, Facts]


Priced = tuple[Cart, Explanation | None]
"""A cart with its prices, and why they are so, if the command asks for it."""


@dataclass(frozen=True, slots=True)
class CartCommand:
    """A command about one cart: `decide` says what happens, the loop prices and commits it.

    `creates`: there must be no cart yet; `reads`: nothing is written; `reprices`: prices count even if nothing else
    happens, as of `prices_as_of`; `on_read_only`: a submitted cart is no obstacle; `lookup`: the key (name, value) that
    names the cart instead of its id; `with_facts`: the catalog with rows that the command brings itself; `compares`:
    two would-be carts whose prices are told apart, instead of a decision; `catalogs_at`: whose catalogs that needs;
    `vouchers`: codes that it asks for.
    """

    kind: str
    envelope: type[Envelope[Any]]
    decide: Callable[[Cart, Any, Context], Iterable[Change]]
    creates: bool = False
    reads: bool = False
    reprices: Callable[[Any], bool] = lambda _data: False
    prices_as_of: Callable[[Any], datetime | None] = lambda _data: None
    on_read_only: bool = False
    lookup: Callable[[Any], tuple[str, str] | None] = lambda _data: None
    with_facts: Callable[[Any, Facts], Facts] = lambda _data, facts: facts
    compares: Callable[[Cart, Any, Context], tuple[Priced, Priced]] | None = None
    catalogs_at: Callable[[Any], tuple[CatalogKey, ...]] = lambda _data: ()
    vouchers: Callable[[Any], tuple[str, ...]] = lambda _data: ()
    reply_type: str = "cart-updated"


@dataclass(frozen=True, slots=True)
class CatalogCommand:
    """A command about a tenant's catalog: `decide` says which rows the next revision brings."""

    kind: str
    envelope: type[Envelope[Any]]
    decide: Callable[[Facts, Any], CatalogRows]
    reads: bool = False
    reply_type: str = "catalog-updated"


Registered = CartCommand | CatalogCommand
_COMMANDS: dict[str, Registered] = {}


def command(
    kind: str, data: type[D], **options: Any
) -> Callable[[Callable[[Cart, D, Context], Iterable[Change]]], Callable[[Cart, D, Context], Iterable[Change]]]:
    """Register the decision of a cart command; the options are the flags of `CartCommand`."""

    def register(
        decide: Callable[[Cart, D, Context], Iterable[Change]],
    ) -> Callable[[Cart, D, Context], Iterable[Change]]:
        _register(CartCommand(kind, Envelope[data], decide, **options))  # type: ignore[valid-type]
        return decide

    return register


def catalog_command(
    kind: str, data: type[D]
) -> Callable[[Callable[[Facts, D], CatalogRows]], Callable[[Facts, D], CatalogRows]]:
    """Register the decision of a catalog command."""

    def register(decide: Callable[[Facts, D], CatalogRows]) -> Callable[[Facts, D], CatalogRows]:
        _register(CatalogCommand(kind, Envelope[data], decide))  # type: ignore[valid-type]
        return decide

    return register


@cache
def commands() -> Mapping[str, Registered]:
    """All commands by type, found by importing every module below this folder."""
    package = importlib.import_module("handlers")
    for module in pkgutil.walk_packages(package.__path__, "handlers."):
        importlib.import_module(module.name)
    return dict(sorted(_COMMANDS.items()))


def _register(entry: Registered) -> None:
    if entry.kind in _COMMANDS:
        raise ValueError(f"two commands are called {entry.kind}")
    _COMMANDS[entry.kind] = entry
