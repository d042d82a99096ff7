"""The registry of commands: a module in this folder that decorates its function is a command; there is no list.

There are four kinds. A cart command decides what happens to one cart, a catalog command which rows the next revision
of a catalog brings, a job command what becomes of a job over many carts, and a query answers from what is stored and
writes nothing. Each says what it needs (`Needs`); a worker fetches that before, so that what a command does is a pure
function.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TypeVar

from cartwright.wire.command import CommandData, Envelope
from cartwright.wire.refusals import Problem
from cartwright.wire.replies import Reply
from facts.snapshot import CatalogRows, Facts
from handlers.kinds import CartCommand, CatalogCommand, Decision, JobCommand, JobContext, Query, Registered
from handlers.needs import NOTHING, Context, Needs
from models.answers.answer import Answer
from models.answers.outcome import Outcome
from models.cart.cart import Cart
from models.cart.forms import Document
from models.jobs.job import Job, JobOrder

D = TypeVar("D", bound=CommandData)
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
