"""What changes make of a cart: rules are checked and react, prices follow, and what moved is compared."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from cartwright.wire.command import AnyCommand
from cartwright.wire.refusals import Refusal
from engine.checking import checked, located
from engine.gifts import gift_changes
from facts.snapshot import Facts
from handlers.registry import Context
from models.answers.explanation import Explanation
from models.answers.outcome import Outcome
from models.answers.price_changes import price_changes
from models.cart.cart import Cart, Stamp
from models.changes.change import Change
from pricing.explaining import explain
from pricing.price import price


def consequences(before: Cart, changes: Iterable[Change], context: Context) -> Outcome:
    """The outcome, with the next version on its cart, or the same cart if nothing differs; raises `Refusal`.

    Rules and prices are those of the context's facts and time.
    """
    command, facts = context.command, context.facts
    ruling = checked(before, tuple(changes), facts, context.at)
    would_be, made = ruling.cart, ruling.changes
    try:
        after, explanation = _priced(would_be, command, facts, context.at)
    except Refusal as refusal:
        raise located(refusal, would_be, made) from None
    made += tuple(gift_changes(would_be, after))
    if ruling.warnings:
        warnings = (*after.pricing.warnings, *ruling.warnings)
        after = replace(after, pricing=replace(after.pricing, warnings=warnings))
    moved = price_changes(before, after, made)
    if not made and not moved:
        return Outcome(before, [], [], explanation)
    stamped = replace(
        after,
        version=before.version + 1,
        updated=Stamp(context.now, command.actor),
        last_update_reason=command.envelope.reason,
    )
    return Outcome(stamped, [change.wire() for change in made], moved, explanation)


def _priced(cart: Cart, command: AnyCommand, facts: Facts, at: datetime) -> tuple[Cart, Explanation | None]:
    """The cart at these facts and this time."""
    return explain(cart, facts, at) if command.envelope.explain else (price(cart, facts, at), None)
