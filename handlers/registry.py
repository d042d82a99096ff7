"""The registry of commands: a module in this folder that decorates its function is a command; there is no list.

There are four kinds. A cart command decides what happens to one cart, a catalog command which rows the next revision
of a catalog brings, a job command what becomes of a job over many carts, and a query answers from what is stored and
writes nothing. Each says what it needs (`Needs`); a worker fetches that before, so that what a command does is a pure
function.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any, ClassVar, NamedTuple, TypeVar

from cartwright.wire.command import AnyCommand, AnyEnvelope, CommandData, Envelope
from cartwright.wire.refusals import Problem
from cartwright.wire.replies import Reply
from facts.snapshot import CatalogRows, Facts
from handlers.tokens import NO_TOKENS, Tokens
from models.answers.answer import Answer
from models.answers.outcome import Outcome
from models.cart.budgets import Budget
from models.cart.cart import Cart
from models.cart.forms import Document
from models.changes.change import Change
from models.changes.follow_up import FollowUp
from models.changes.journaled import JournaledVersion
from models.jobs.job import Job, JobOrder
from models.value import value
from queries.search import Found, Search

D = TypeVar("D", bound=CommandData)


class Supposed(NamedTuple):
    """A catalog as of a time, or the present one, in which some drafts count as if they were active."""

    at: datetime | None
    drafts: frozenset[str]


CatalogKey = datetime | int | Supposed | None
"""Which state of a catalog: as of a time, of a revision, one with drafts, or the present one."""


class Stretch(NamedTuple):
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
    jobs, of the tenant; `amendment`: which submitted cart amends its own one.
    """

    at: datetime | None = None
    drafts: frozenset[str] = frozenset()
    catalogs: tuple[CatalogKey, ...] = ()
    carts: tuple[str, ...] = ()
    versions: tuple[int, ...] = ()
    history: Stretch | None = None
    vouchers: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    budgets_of: tuple[str, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
    search: Search | None = None
    tokens: bool = False
    own_catalog: bool = False
    amendment: bool = False

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
    `amended_by` is the last cart that was submitted as an amendment of the cart; `found` is what searches found.
    """

    catalogs: Mapping[CatalogKey, Facts] = field(default_factory=dict)
    taken_keys: frozenset[str] = frozenset()
    carts: Mapping[str, Cart] = field(default_factory=dict)
    versions: Mapping[int, Cart] = field(default_factory=dict)
    history: Mapping[Stretch, Sequence[JournaledVersion]] = field(default_factory=dict)
    archived: int = 0
    uses: Mapping[str, frozenset[Budget]] = field(default_factory=dict)
    tokens: Tokens = NO_TOKENS
    found: Mapping[Search, Found[Any]] = field(default_factory=dict)
    amended_by: str | None = None


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


Decision = Iterable[Change | FollowUp]
"""What happens to the cart, and which commands about other carts follow from it."""


@dataclass(frozen=True, slots=True)
class CartCommand:
    """A command about one cart: `decide` says what happens, the engine applies, checks and prices it.

    `creates`: there must be no cart yet; `opens`: there need not be one; `reprices`: prices count even if nothing else
    happens. `tells`: what the answer holds besides the cart and what happened to it, by wire name; of the cart before,
    the command's data, the context and the outcome. `recalled_unchanged`: the command is remembered also if it changed
    nothing. In which states of a cart it works is said in `handlers.lifecycle`.
    """

    kind: str
    envelope: type[AnyEnvelope]
    decide: Callable[[Cart, Any, Context], Decision]
    needs: Callable[[Any], Needs]
    creates: bool
    reprices: bool
    tells: Callable[[Cart, Any, Context, Outcome], Document] | None
    reply_type: str
    opens: bool = False
    recalled_unchanged: bool = True
    reads: ClassVar[bool] = False

    @property
    def function(self) -> Callable[..., object]:
        """What was registered."""
        return self.decide


@dataclass(frozen=True, slots=True)
class CatalogCommand:
    """A command about a tenant's catalog: `decide` says which rows the next revision brings.

    `warns`: of the command's data, what may be a mistake in it although it is valid; the reply says so.
    """

    kind: str
    envelope: type[AnyEnvelope]
    decide: Callable[[Facts, Any], CatalogRows]
    warns: Callable[[Any], Iterable[Problem]]
    reply_type: ClassVar[str] = "catalog-updated"
    reads: ClassVar[bool] = False

    def needs(self, _data: object) -> Needs:
        """Nothing but its own catalog."""
        return NOTHING

    @property
    def function(self) -> Callable[..., object]:
        """What was registered."""
        return self.decide


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a decision about a job may know: the command, the catalog, the time, and how many carts an order is about.

    They are counted for a dry run only, else `carts` is None.
    """

    command: AnyCommand
    facts: Facts
    now: datetime
    carts: int | None = None


@dataclass(frozen=True, slots=True)
class JobCommand:
    """A command about a job: `order` says what a new one is to do, or `steer` what becomes of one that exists."""

    kind: str
    envelope: type[AnyEnvelope]
    order: Callable[[Any, JobContext], JobOrder] | None = None
    steer: Callable[[Job, Any, JobContext], Job] | None = None
    reply_type: ClassVar[str] = "job-updated"
    reads: ClassVar[bool] = False

    def needs(self, _data: object) -> Needs:
        """Nothing but its job."""
        return NOTHING

    @property
    def function(self) -> Callable[..., object]:
        """What was registered."""
        found = self.order or self.steer
        if found is None:
            raise LookupError(f"{self.kind} does nothing")
        return found


@dataclass(frozen=True, slots=True)
class Query:
    """A question about one cart, or, if it is `blank`, about none that exists; `answer` sees a blank cart then.

    `reply`: how callers read its rows, if they have a form of their own.
    """

    kind: str
    envelope: type[AnyEnvelope]
    answer: Callable[[Cart, Any, Context], Answer]
    needs: Callable[[Any], Needs]
    blank: bool
    reply_type: str
    reply: type[Reply] | None
    reads: ClassVar[bool] = True

    @property
    def function(self) -> Callable[..., object]:
        """What was registered."""
        return self.answer


AboutNoCart = CatalogCommand | JobCommand
Registered = CartCommand | AboutNoCart | Query
Decide = Callable[[Cart, D, Context], Decision]
Revise = Callable[[Facts, D], CatalogRows]
Tell = Callable[[Cart, D, Context, Outcome], Document]
Order = Callable[[D, JobContext], JobOrder]
Steer = Callable[[Job, D, JobContext], Job]
AnswerQuery = Callable[[Cart, D, Context], Answer]
_COMMANDS: dict[str, Registered] = {}


def needs_nothing(_data: object) -> Needs:
    """The needs of most commands."""
    return NOTHING


def command(  # noqa: PLR0913 (each is an option of its own)
    kind: str,
    data: type[D],
    *,
    needs: Callable[[D], Needs] = needs_nothing,
    creates: bool = False,
    reprices: bool = False,
    tells: Tell[D] | None = None,
    reply_type: str = "cart-updated",
) -> Callable[[Decide[D]], Decide[D]]:
    """Register the decision of a cart command; the options are the fields of `CartCommand`."""

    def register(decide: Decide[D]) -> Decide[D]:
        envelope = Envelope[data]  # type: ignore[valid-type]
        _register(CartCommand(kind, envelope, decide, needs, creates, reprices, tells, reply_type))
        return decide

    return register


def warns_of_nothing(_data: object) -> Iterable[Problem]:
    """The warnings of most commands about catalogs."""
    return ()


def catalog_command(
    kind: str, data: type[D], *, warns: Callable[[D], Iterable[Problem]] = warns_of_nothing
) -> Callable[[Revise[D]], Revise[D]]:
    """Register the decision of a catalog command; the option is a field of `CatalogCommand`."""

    def register(decide: Revise[D]) -> Revise[D]:
        _register(CatalogCommand(kind, Envelope[data], decide, warns))  # type: ignore[valid-type]
        return decide

    return register


def starts_job(kind: str, data: type[D]) -> Callable[[Order[D]], Order[D]]:
    """Register what a command that starts a job orders."""

    def register(order: Order[D]) -> Order[D]:
        _register(JobCommand(kind, Envelope[data], order=order))  # type: ignore[valid-type]
        return order

    return register


def steers_job(kind: str, data: type[D]) -> Callable[[Steer[D]], Steer[D]]:
    """Register what a command makes of a job."""

    def register(steer: Steer[D]) -> Steer[D]:
        _register(JobCommand(kind, Envelope[data], steer=steer))  # type: ignore[valid-type]
        return steer

    return register


def query(
    kind: str,
    data: type[D],
    *,
    needs: Callable[[D], Needs] = needs_nothing,
    blank: bool = False,
    reply_type: str = "query-result",
    reply: type[Reply] | None = None,
) -> Callable[[AnswerQuery[D]], AnswerQuery[D]]:
    """Register the answer to a query; the options are the fields of `Query`."""

    def register(answer: AnswerQuery[D]) -> AnswerQuery[D]:
        _register(Query(kind, Envelope[data], answer, needs, blank, reply_type, reply))  # type: ignore[valid-type]
        return answer

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
