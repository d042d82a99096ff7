"""One command against one cart: decide, evolve, check the rules, price, compare.

Pure; a refusal is raised, and nothing is half done.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from cartwright.wire.command import Command
from cartwright.wire.header import Header
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.status import CartStatus
from engine.checking import checked, located
from engine.gifts import gift_changes
from engine.price_changes import price_changes
from facts.snapshot import Facts
from handlers.registry import CartCommand, CatalogKey, Context, Priced
from models.answers.explanation import Explanation
from models.cart.cart import READ_ONLY, Cart, Stamp
from models.changes.change import Change, overlap, touched
from pricing.explaining import explain
from pricing.price import price


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command does: the cart after it, the changes and the amounts that moved, both as on the wire."""

    cart: Cart
    changes: list[dict[str, Any]]
    price_changes: list[dict[str, Any]]
    explanation: Explanation | None = None

    @property
    def unchanged(self) -> bool:
        """Whether the command was valid, but nothing differed."""
        return not self.changes and not self.price_changes


def execute(  # noqa: PLR0913, PLR0917 (all that a decision depends on)
    entry: CartCommand,
    cart: Cart | None,
    command: Command[Any],
    facts: Facts,
    at: datetime,
    since: Iterable[Change],
    catalogs: Mapping[CatalogKey, Facts] = MappingProxyType({}),
) -> Outcome:
    """Run one command; `since` are the changes after the version that a rebasing command names.

    `facts` price the cart; `catalogs` are those that `Context` tells of. A command that asks for prices as of another
    time is decided as of that time: offerings, rules, promotions, taxes.
    Returns the outcome with the next version on its cart (or the same cart, if nothing differed); raises `Refusal`.
    """
    before = _open(entry, cart, command, at)
    stale = _check_version(command, before)
    facts, time = entry.with_facts(command.data, facts), entry.prices_as_of(command.data) or at
    context = Context(command, facts, time, catalogs)
    if entry.compares is not None:
        (left, earlier), (right, explanation) = entry.compares(before, command.data, context)
        if explanation is not None:
            explanation = replace(explanation, compared_with=earlier)
        return Outcome(right, [], price_changes(left, right, ()), explanation)
    try:
        changes = tuple(entry.decide(before, command.data, context))
    except Refusal as refusal:
        raise (_rebase_conflict(before, [refusal.message]) if stale else refusal) from None
    if stale and (shared := overlap(touched(changes), touched(since))):
        raise _rebase_conflict(before, sorted(shared))
    if not changes and not entry.reprices(command.data):
        return Outcome(before, [], [], _explained(before, catalogs) if command.envelope.explain else None)
    ruling = checked(before, changes, facts, time)
    would_be, changes = ruling.cart, ruling.changes
    try:
        after, explanation = _priced(would_be, command, facts, time)
    except Refusal as refusal:
        raise located(refusal, would_be, changes) from None
    changes += tuple(gift_changes(would_be, after))
    if ruling.warnings:
        after = replace(after, warnings=(*after.warnings, *ruling.warnings))
    moved = price_changes(before, after, changes)
    if not changes and not moved:
        return Outcome(before, [], [], explanation)
    stamped = replace(
        after,
        version=before.version + 1,
        updated=Stamp(at, command.actor),
        last_update_reason=command.envelope.reason,
    )
    return Outcome(stamped, [change.wire() for change in changes], moved, explanation)


def _priced(cart: Cart, command: Command[Any], facts: Facts, at: datetime) -> Priced:
    """The cart at these facts and this time."""
    return explain(cart, facts, at) if command.envelope.explain else (price(cart, facts, at), None)


def _explained(cart: Cart, catalogs: Mapping[CatalogKey, Facts]) -> Explanation:
    """Why the cart has the prices that it has: of the time and of the catalog that gave them."""
    stamp = cart.pricing
    by_revision = {facts.revision: facts for facts in catalogs.values()}
    return explain(cart, by_revision[stamp.catalog_revision], stamp.priced_at or cart.updated.at)[1]


def _open(entry: CartCommand, cart: Cart | None, command: Command[Any], at: datetime) -> Cart:
    """The cart that the command works on; a blank one at version 0 for a command that creates it."""
    if entry.creates:
        if cart is not None:
            raise Refusal(ErrorCode.CART_EXISTS, "There is, or was, a cart with this id.")
        return blank_cart(command.tenant, command.cart_id, at, command.actor)
    if cart is None or cart.status is CartStatus.DELETED:
        raise Refusal(ErrorCode.CART_NOT_FOUND, "There is no cart with this id.")
    if cart.status in READ_ONLY and not entry.reads and not entry.on_read_only:
        raise Refusal(ErrorCode.CART_READ_ONLY, f"The cart is {cart.status} and can no longer be changed.")
    return cart


def blank_cart(tenant: str, cart_id: str, at: datetime, actor: str | None) -> Cart:
    """Version 0 of a cart: what the first change is applied to."""
    return Cart(
        id=cart_id,
        tenant=tenant,
        version=0,
        status=CartStatus.ACTIVE,
        header=Header.model_construct(currency="XXX"),
        created=Stamp(at, actor),
        updated=Stamp(at, actor),
    )


def _check_version(command: Command[Any], cart: Cart) -> bool:
    """Whether the command is stale but may be rebased; raises `stale-version` if it may not."""
    expected = command.envelope.version
    if expected is None or expected == cart.version:
        return False
    if command.envelope.on_conflict == "rebase" and expected < cart.version:
        return True
    raise Refusal(
        ErrorCode.STALE_VERSION,
        f"The cart is at version {cart.version}, the command expected {expected}.",
        details={"currentVersion": cart.version},
    )


def _rebase_conflict(cart: Cart, conflicts: list[str]) -> Refusal:
    return Refusal(
        ErrorCode.REBASE_CONFLICT,
        "What the command touches has changed since the version that it expected.",
        details={"currentVersion": cart.version, "conflicts": conflicts},
    )
