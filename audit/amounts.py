"""The amounts and the content of every cart: G5 and G9."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from audit.findings import Finding, Findings
from audit.history import History
from audit.kept import Kept
from cartwright.wire.status import CartStatus
from engine.replay import replay, replayed
from facts.history import CatalogHistory, HistoryWanted
from facts.snapshot import Facts
from models.answers.encoding import encode
from models.cart.cart import Cart
from models.cart.pricing_result import PricingStamp
from models.cart.tombstone import tombstone
from models.changes.change import Change, read_change
from models.changes.item_changes import ItemAdded
from pricing.price import price
from pricing.steps.budgeting import customer_of, watched_budgets
from rules.engine import rule_on
from storage.mongo.cart_documents import write_cart


def totals_recompute(_: History, kept: Kept) -> Findings:
    """G5: pricing a cart again, with the facts and at the time that it names, gives the same cart.

    Checked for the stored cart, and for every version that its journal gives. A price under a change rule depends on
    the one before, so such a version must also follow from the prices of the version before it.
    """
    for cart_id, stored in kept.carts.items():
        if not stored.purged:
            yield from _recomputed(stored.cart, kept)
        journal, before = kept.journals[cart_id], kept.archived.get(cart_id)
        try:
            for made, version in zip(journal, replayed(journal, before), strict=True):
                if version != stored.cart:
                    yield from _recomputed(version, kept)
                yield from _follows(version, before, [read_change(each) for each in made.changes], kept)
                before = version
        except ValueError:
            continue  # a gap, which G3 and G9 report


def journal_replays(_: History, kept: Kept) -> Findings:
    """G9: folding a cart's journal, from nothing or from where it begins, gives the stored cart, byte for byte.

    Of a deleted cart that is purged it gives the tombstone.
    """
    for cart_id, stored in kept.carts.items():
        try:
            folded = replay(kept.journals[cart_id], kept.archived.get(cart_id))
        except ValueError as error:
            yield Finding("G9", cart_id, f"cannot be folded: {error}")
            continue
        if stored.purged and folded is not None:
            folded = tombstone(folded) if folded.status is CartStatus.DELETED else folded
        if folded is None or encode(write_cart(folded)) != encode(write_cart(stored.cart)):
            yield Finding("G9", cart_id, f"version {stored.cart.version} differs from its folded journal")


def _recomputed(cart: Cart, kept: Kept) -> Findings:
    stamp = cart.pricing.stamp
    if stamp.priced_at is None:
        yield Finding("G5", cart.id, f"version {cart.version} was never priced")
    elif stamp.catalog_revision not in kept.snapshots:
        yield Finding("G5", cart.id, f"version {cart.version} names revision {stamp.catalog_revision}, which is lost")
    elif _priced_again(cart, kept, stamp) != cart:
        yield Finding("G5", cart.id, f"version {cart.version} has other amounts than its facts give")


def _follows(cart: Cart, before: Cart | None, changes: Sequence[Change], kept: Kept) -> Findings:
    """What is wrong with a version that was priced under change rules, given the version before it."""
    stamp = cart.pricing.stamp
    repriced = before is None or before.pricing.stamp != stamp
    ruled = any(price.basis is not None for item in cart.items for price in item.prices)
    if repriced and ruled and stamp.catalog_revision in kept.snapshots and stamp.priced_at is not None:
        again = _priced_again(_at_earlier_prices(cart, before, changes), kept, stamp, changes)
        if again.items != cart.items:
            yield Finding("G5", cart.id, f"version {cart.version} has prices that do not follow from the one before")


def _at_earlier_prices(cart: Cart, before: Cart | None, changes: Sequence[Change]) -> Cart:
    """A version with the prices that its lines had before it; a line that came in with it had none."""
    new = {each.item_id for each in changes if isinstance(each, ItemAdded)}
    earlier = {item.id: item.prices for item in before.items if item.id not in new} if before is not None else {}
    items = [item if item.as_ordered or item.is_gift else item.at(earlier.get(item.id, ())) for item in cart.items]
    return replace(cart, items=tuple(items))


def _priced_again(cart: Cart, kept: Kept, stamp: PricingStamp, changes: Sequence[Change] = ()) -> Cart:
    """The cart as it must be; of limited budgets it can have used only those that it holds.

    Raises ValueError for a stamp without a time.
    """
    facts, at, customer = kept.snapshots[stamp.catalog_revision], stamp.priced_at, customer_of(cart)
    if at is None:
        raise ValueError(f"cart {cart.id} was never priced")
    limited = watched_budgets(facts, cart.held_vouchers, [customer] if customer else [])
    exhausted = frozenset(limited) - set(cart.pricing.budgets)
    priced = _with_past(cart, replace(facts, exhausted=exhausted, history=CatalogHistory(kept.past)), at, changes, kept)
    warnings = (*priced.pricing.warnings, *rule_on(cart, (), facts, at).warnings)
    return replace(priced, pricing=replace(priced.pricing, warnings=warnings))


def _with_past(cart: Cart, facts: Facts, at: datetime, changes: Sequence[Change], kept: Kept) -> Cart:
    """The cart priced again, with the catalog's past as far as that is wanted."""
    while True:
        try:
            return price(cart, facts, at, changes)
        except HistoryWanted as wanted:
            kept.read_past(wanted.offering_ids)
            deque(wanted.steps, 0)
