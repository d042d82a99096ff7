"""What decisions and queries may know, put together from what was fetched for them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from cartwright.wire.command import AnyCommand
from engine.consequences import consequences
from facts.snapshot import Facts
from handlers.needs import Context, Fetched
from models.answers.outcome import Outcome
from models.cart.cart import Cart
from models.changes.change import Change

NOTHING_FETCHED = Fetched()


def context_of(command: AnyCommand, facts: Facts, at: datetime, now: datetime, fetched: Fetched) -> Context:
    """The context of a command whose facts are those of the time `at`."""

    def would_be(before: Cart, changes: Iterable[Change], known: Facts) -> Outcome:
        return consequences(before, changes, replace(context, facts=known))

    context = Context(command, facts, at, now, fetched, would_be)
    return context
