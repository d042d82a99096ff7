"""A cart as the subject of a fold, with rows in its catalog that are not written yet."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from cartwright.wire.command import AnyCommand
from cartwright.wire.replies import Status
from engine.execute import execute
from engine.revise import revise
from facts.snapshot import Facts
from handlers.kinds import CartCommand
from handlers.needs import Fetched
from models.answers.answer import Answer
from models.answers.cart_answer import CartAnswer
from models.answers.outcome import Outcome
from models.cart.cart import Cart
from models.value import value
from workers.consume.work import Work
from workers.execute.call_outcomes import outcome_of_cart


@value(frozen=True, slots=True)
class Tried:
    """What the cart's command would do with the rows in the catalog, and what there would be to know.

    The rows are written also if the cart stays as it is.
    """

    outcome: Outcome
    fetched: Fetched
    unchanged: bool = False


class StagedSubject:
    """A call's cart as the subject of a fold, with the call's rows in the catalog.

    `kept`: whether the rows and the cart are to be written, in this order.
    """

    def __init__(self, cart: Cart | None, facts: Facts) -> None:
        self.kept = False
        self._cart = cart
        self._facts = facts

    def recall(self, command: AnyCommand) -> None:
        """What was executed before is not tried."""

    def repeat(self, work: Work, record: Any, status: Status) -> Answer:
        """Nothing is recalled."""
        raise TypeError(f"{work.command.type} is not recalled from a trial")

    def ask(self, work: Work, now: datetime) -> Answer:
        """Queries bring no rows."""
        raise TypeError(f"{work.command.type} is a query")

    def decide(self, work: Work, now: datetime) -> Tried:
        """The cart after the command; raises `Refusal`."""
        call, command = work.call, work.command
        if call is None or call.catalog is None or not isinstance(work.registered, CartCommand):
            raise TypeError("rows come before a command about a cart")
        entry, envelope = call.catalog
        # Prior prices would want the rows' history, which begins when they are written; no answer shows them.
        facts = replace(revise(entry, replace(command, envelope=envelope), self._facts).facts, history=None)
        fetched = Fetched(catalogs={None: facts})
        return Tried(execute(work.registered, self._cart, command, facts, now, (), fetched), fetched)

    def answer(self, work: Work, result: Tried, status: Status) -> Answer:
        """The outcome as an answer of the call."""
        if work.call is None:
            raise TypeError("rows come with a call")
        answer = CartAnswer.of(work.registered.reply_type, status, result.outcome)
        return work.call.respond(outcome_of_cart(answer, self._cart, result.fetched), answer)

    def keep(self, work: Work, result: Tried, status: Status, now: datetime) -> None:
        """Note that it is to be written; it has no record before it is."""
        self.kept = True
