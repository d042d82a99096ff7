"""One query: answered from a cart and catalogs; nothing happens to either."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from cartwright.wire.command import AnyCommand
from engine.consequences import consequences
from engine.execute import NOTHING_FETCHED
from engine.opening import is_stale, opened
from facts.snapshot import Facts
from handlers.registry import Fetched, Query, QueryContext
from models.answers.answer import Answer
from models.answers.outcome import Outcome
from models.cart.cart import Cart
from models.changes.change import Change


def answer_query(
    entry: Query,
    cart: Cart | None,
    command: AnyCommand,
    facts: Facts,
    now: datetime,
    fetched: Fetched = NOTHING_FETCHED,
) -> Answer:
    """The answer; `facts` are those of the time that the query needs. Raises `Refusal`."""
    seen = opened(cart, command, now, blank=entry.blank)
    is_stale(command, seen)

    def would_be(before: Cart, changes: Iterable[Change], known: Facts) -> Outcome:
        return consequences(before, changes, replace(context, facts=known), now)

    context = QueryContext(command, facts, entry.needs(command.data).at or now, fetched, would_be)
    return entry.answer(seen, command.data, context)
