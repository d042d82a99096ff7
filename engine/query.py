"""One query: answered from a cart and catalogs; nothing happens to either."""

from datetime import datetime

from cartwright.wire.command import AnyCommand
from engine.basis import basis
from engine.context import NOTHING_FETCHED, context_of
from engine.target import is_stale, opened
from facts.snapshot import Facts
from handlers.kinds import Query
from handlers.needs import Fetched
from models.answers.answer import Answer
from models.cart.cart import Cart


def answer_query(
    entry: Query,
    cart: Cart | None,
    command: AnyCommand,
    facts: Facts,
    now: datetime,
    fetched: Fetched = NOTHING_FETCHED,
) -> Answer:
    """The answer; `facts` are those of the time that the query needs. Raises `Refusal`.

    A version says what the caller saw of a cart, so it says nothing in a query about none.
    """
    seen = opened(entry, cart, command, now)
    if not entry.blank:
        is_stale(command, seen)
    facts, at = basis(seen, facts, entry.needs(command.data).at, now, fetched)
    return entry.answer(seen, command.data, context_of(command, facts, at, now, fetched))
