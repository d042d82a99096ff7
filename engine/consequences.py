"""What changes make of a cart: rules are checked and react, prices follow, and what moved is compared."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from cartwright.wire.command import AnyCommand
from cartwright.wire.refusals import Refusal
from engine.amending import with_ordered_prices
from engine.checking import checked, located
from engine.gifts import gift_changes
from facts.snapshot import Facts
from handlers.needs import Context
from models.answers.explanation import Explanation
from models.answers.outcome import Outcome
from models.cart.cart import Cart, Stamp
from models.cart.keeping import with_kept_prices
from models.cart.payment import PaymentPlan
from models.cart.pricing_result import DueNow
from models.changes.change import Change, evolve
from models.changes.payment_changes import PaymentChanged
from pricing.explaining import explain, explain_as_priced
from pricing.price import price
from pricing.price_changes import price_changes
from rules.pairs import loosened

BESIDE_PRICES = ("warnings", "due_now", "other_currencies", "payment")
"""What pricing says of a cart besides the prices of its lines and their sums, some of it for display only."""


def consequences(
    before: Cart, changes: Iterable[Change], context: Context, stated: frozenset[str] = frozenset()
) -> Outcome:
    """The outcome, with the next version on its cart, or the same cart if nothing differs; raises `Refusal`.

    Rules and prices are those of the context's facts and time. Of the items `stated` the command says how many there
    are: no rule says otherwise.
    """
    command, facts = context.command, context.facts
    ruling = checked(before, tuple(changes), context, stated)
    would_be, made = with_ordered_prices(ruling.cart, context), ruling.changes
    try:
        after, explanation = _priced(would_be, command, facts, context.at, made)
    except Refusal as refusal:
        raise located(refusal, would_be, made) from None
    made += tuple(gift_changes(would_be, after))
    if loose := tuple(loosened(after, made)):
        made, after = made + loose, evolve(after, loose)
    if ruling.warnings:
        warnings = (*after.pricing.warnings, *ruling.warnings)
        after = replace(after, pricing=replace(after.pricing, warnings=warnings))
    moved = price_changes(before, after, made, facts)
    if not made and not moved:
        # Jobs are about amounts, and leave out carts of which none can have moved (`engine.untouched`).
        if command.job_id is not None or _payment(before) == _payment(after):
            return Outcome(_as_seen_now(before, after), [], [], explanation)
        made = (PaymentChanged(),)
    return Outcome(_next_version(before, after, context), [change.wire() for change in made], moved, explanation)


def at_kept_prices(before: Cart, changes: Iterable[Change], context: Context) -> Outcome:
    """The outcome of changes that no price follows; no rule is asked either, for no line has changed."""
    made = tuple(changes)
    explained = (
        explain_as_priced(before, context.fetched.catalogs.values()) if context.command.envelope.explain else None
    )
    after = _next_version(before, evolve(before, made), context)
    return Outcome(after, [change.wire() for change in made], [], explained)


def _as_seen_now(before: Cart, priced: Cart) -> Cart:
    """A cart of which no amount moved, with what its prices keep, and what is said beside them, by now."""
    cart, now = with_kept_prices(before, priced), priced.pricing
    beside = {name: getattr(now, name) for name in BESIDE_PRICES}
    if all(getattr(cart.pricing, name) == value for name, value in beside.items()):
        return cart
    return replace(cart, pricing=replace(cart.pricing, **beside))


def _payment(cart: Cart) -> tuple[DueNow, PaymentPlan | None]:
    """What is payable now, and in which parts; what that is in other currencies is for display."""
    return replace(cart.pricing.due_now, conversions=()), cart.pricing.payment


def _next_version(before: Cart, after: Cart, context: Context) -> Cart:
    return replace(
        after,
        version=before.version + 1,
        updated=Stamp(context.now, context.command.actor),
        last_update_reason=context.command.envelope.reason,
    )


def _priced(
    cart: Cart, command: AnyCommand, facts: Facts, at: datetime, made: Sequence[Change]
) -> tuple[Cart, Explanation | None]:
    """The cart at these facts and this time."""
    return explain(cart, facts, at, made) if command.envelope.explain else (price(cart, facts, at, made), None)
