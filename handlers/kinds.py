"""The kinds of commands: about a cart, a catalog, a job, and queries; what is registered of each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from cartwright.wire.command import AnyCommand, AnyEnvelope
from cartwright.wire.refusals import Problem
from cartwright.wire.replies import Reply
from facts.snapshot import CatalogRows, Facts
from handlers.needs import NOTHING, Context, Needs
from models.answers.answer import Answer
from models.answers.outcome import Outcome
from models.cart.cart import Cart
from models.cart.forms import Document
from models.changes.follow_up import FollowUp
from models.changes.stated import Made
from models.jobs.job import Job, JobOrder

Decision = Iterable[Made | FollowUp]
"""What happens to the cart, quantities that stay as they are stated, and which commands about other carts follow."""


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
