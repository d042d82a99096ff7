"""What commands need to know, and what they get: a worker fetches it before they are executed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from cartwright.wire.command import AnyCommand
from facts.snapshot import Facts
from handlers.tokens import NO_TOKENS, Tokens
from models.answers.outcome import Outcome
from models.cart.budgets import Budget
from models.cart.cart import Cart
from models.changes.change import Change
from models.changes.journaled import JournaledVersion
from models.value import value
from queries.search import Found, Search


class Supposed(NamedTuple):
    """A catalog as of a time, or the present one, in which some drafts count as if they were active."""

    at: datetime | None
    drafts: frozenset[str]


CatalogKey = datetime | int | Supposed | None
"""Which state of a catalog: as of a time, of a revision, one with drafts, or the present one."""


class HistoryPage(NamedTuple):
    """A part of a cart's history: the first so many versions after one, up to another or to the last."""

    after: int
    until: int | None
    limit: int


@dataclass(frozen=True, slots=True)
class Needs:
    """What must be fetched before a command can be executed, besides its cart and the present catalog.

    `at`: the time that counts instead of now, for the catalog and for everything in it; `drafts`: rows of the catalog
    that count as if they were active; `catalogs`: further states of the catalog; `carts`: ids of other carts;
    `versions`: earlier versions of its own cart; `history`: part of what happened to its own cart; `vouchers` and
    `customers`: whose budgets count; `budgets_of`: carts that pass what they use of budgets on to its own; `keys`:
    names and values that tell which cart it is, if the envelope doesn't; `tokens`: whether it issues or reads validity
    tokens; `own_catalog`: the catalog that the cart's prices come from; `search`: what it asks about all carts, or
    jobs, of the tenant; `amendments`: the carts that amend its own one; `order`: the cart that its own one amends.
    """

    at: datetime | None = None
    drafts: frozenset[str] = frozenset()
    catalogs: tuple[CatalogKey, ...] = ()
    carts: tuple[str, ...] = ()
    versions: tuple[int, ...] = ()
    history: HistoryPage | None = None
    vouchers: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    budgets_of: tuple[str, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
    search: Search | None = None
    tokens: bool = False
    own_catalog: bool = False
    amendments: bool = False
    order: bool = False

    @property
    def catalog(self) -> CatalogKey:
        """The state of the catalog that counts."""
        return Supposed(self.at, self.drafts) if self.drafts else self.at


NOTHING = Needs()


def all_needs(needs: Iterable[Needs]) -> Needs:
    """What several commands need that are executed as one. Of what only one can have the first one's counts."""
    given = [each for each in needs if each is not NOTHING]
    if len(given) < 2:
        return given[0] if given else NOTHING
    return Needs(**{row.name: _together([getattr(each, row.name) for each in given]) for row in fields(Needs)})


def _together(values: list[Any]) -> Any:
    first = next((value for value in values if value), values[0])
    return tuple(dict.fromkeys(chain.from_iterable(values))) if type(first) is tuple else first


@value(frozen=True, slots=True)
class Fetched:
    """What was fetched: catalogs by time or revision, other carts by id, versions of the cart by number, its history.

    Carts and versions that don't exist are missing, and so are versions before `archived`, the last one whose history
    is archived. To explain prices that stay as they are, and for a frozen cart, `catalogs` also holds the catalog that
    they come from. `uses` is what carts use of budgets that pass it on, by their id. `tokens` are under keys that only
    the worker knows. `taken_keys` are keys, of those that the cart would come to have, that belong to other carts.
    `amendments` are the carts that amend the cart, if it is submitted; `found` is what searches found.
    """

    catalogs: Mapping[CatalogKey, Facts] = field(default_factory=dict)
    taken_keys: frozenset[str] = frozenset()
    carts: Mapping[str, Cart] = field(default_factory=dict)
    versions: Mapping[int, Cart] = field(default_factory=dict)
    history: Mapping[HistoryPage, Sequence[JournaledVersion]] = field(default_factory=dict)
    archived: int = 0
    uses: Mapping[str, frozenset[Budget]] = field(default_factory=dict)
    tokens: Tokens = NO_TOKENS
    found: Mapping[Search, Found[Any]] = field(default_factory=dict)
    amendments: Sequence[Cart] = ()


@value(frozen=True, slots=True)
class Context:
    """What a decision may know besides the cart and its own data; all of it was fetched before.

    `facts` is the catalog at the time `at`: of the time that the command needs, or now; of a frozen cart that of its
    prices. `now` is when it happens.
    `would_be` is what changes would make of a cart, with rules and prices of these facts at that time.
    """

    command: AnyCommand
    facts: Facts
    at: datetime
    now: datetime
    fetched: Fetched
    would_be: Callable[[Cart, Iterable[Change], Facts], Outcome]
