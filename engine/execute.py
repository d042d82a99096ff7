"""One command against one cart: decide, apply, check the rules, price, compare.

Pure; a refusal is raised, and nothing is half done.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from cartwright.wire.command import AnyCommand
from cartwright.wire.refusals import Refusal
from engine.basis import basis
from engine.claiming import check_keys
from engine.consequences import at_kept_prices, consequences
from engine.context import NOTHING_FETCHED, context_of
from engine.rebasing import check_named, check_rebase
from engine.target import is_stale, opened
from facts.snapshot import Facts
from handlers.kinds import CartCommand, Decision
from handlers.lifecycle import check_lock
from handlers.needs import Fetched
from models.answers.outcome import Outcome
from models.cart.cart import Cart
from models.changes.change import Change
from models.changes.follow_up import FollowUp
from models.changes.stated import QuantityStated
from pricing.explaining import explain_as_priced


def execute(  # noqa: PLR0913, PLR0917 (all that a decision depends on)
    entry: CartCommand,
    cart: Cart | None,
    command: AnyCommand,
    facts: Facts,
    now: datetime,
    since: Iterable[Change],
    fetched: Fetched = NOTHING_FETCHED,
) -> Outcome:
    """Run one command; `since` are the changes after the version that a rebasing command names.

    `facts` are those of the time that the command needs: offerings, rules, promotions, taxes and prices. A frozen cart
    finds its own among those that were fetched.
    Returns the outcome with the next version on its cart (or the same cart, if nothing differed); raises `Refusal`.
    """
    before = opened(entry, cart, command, now)
    check_lock(entry, before, command)
    stale = is_stale(command, before)
    facts, at = basis(before, facts, entry.needs(command.data).at, now, fetched)
    context = context_of(command, facts, at, now, fetched)
    try:
        changes, stated, follow_ups = _sorted_out(entry.decide(before, command.data, context))
    except Refusal:
        if stale:
            check_named(before, command.data, since)
        raise
    if stale:
        check_rebase(before, changes, since)
    if entry.reprices or any(each.reprices for each in changes):
        outcome = consequences(before, changes, context, stated)
    elif changes:
        outcome = at_kept_prices(before, changes, context)
    else:
        explain = command.envelope.explain
        outcome = Outcome(before, [], [], explain_as_priced(before, fetched.catalogs.values()) if explain else None)
    check_keys(before, outcome.cart, command, fetched.taken_keys)
    if entry.tells is not None:
        outcome = replace(outcome, told=entry.tells(before, command.data, context, outcome))
    return replace(outcome, follow_ups=follow_ups) if follow_ups else outcome


def _sorted_out(decision: Decision) -> tuple[tuple[Change, ...], frozenset[str], tuple[FollowUp, ...]]:
    """The changes, the items whose quantity is stated, and the commands that follow.

    Raises ValueError for two of these with the same suffix.
    """
    changes: list[Change] = []
    stated: set[str] = set()
    follow_ups: dict[str, FollowUp] = {}
    for each in decision:
        if isinstance(each, Change):
            changes.append(each)
        elif isinstance(each, QuantityStated):
            stated.add(each.item_id)
        elif follow_ups.setdefault(each.suffix, each) is not each:
            raise ValueError(f"two commands follow under the suffix {each.suffix}")
    return tuple(changes), frozenset(stated), tuple(follow_ups.values())
