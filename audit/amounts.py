"""The amounts and the content of every cart: G5 and G9."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from audit.findings import Finding, Findings
from audit.history import History
from audit.kept import Kept
from cartwright.wire.status import CartStatus
from engine.replay import replay, replayed
from facts.snapshot import Facts
from models.answers.encoding import encode
from models.cart.cart import Cart
from models.cart.tombstone import tombstone
from pricing.price import price
from pricing.steps.budgeting import customer_of, watched_budgets
from rules.engine import rule_on
from storage.mongo.cart_documents import write_cart


def totals_recompute(_: History, kept: Kept) -> Findings:
    """G5: pricing a cart again, with the facts and at the time that it names, gives the same cart.

    Checked for the stored cart, and for every version that its journal gives.
    """
    for cart_id, stored in kept.carts.items():
        if not stored.purged:
            yield from _recomputed(stored.cart, kept.snapshots)
        try:
            for version in replayed(kept.journals[cart_id], kept.archived.get(cart_id)):
                if version != stored.cart:
                    yield from _recomputed(version, kept.snapshots)
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


def _recomputed(cart: Cart, snapshots: Mapping[int, Facts]) -> Findings:
    stamp = cart.pricing.stamp
    if stamp.priced_at is None:
        yield Finding("G5", cart.id, f"version {cart.version} was never priced")
    elif stamp.catalog_revision not in snapshots:
        yield Finding("G5", cart.id, f"version {cart.version} names revision {stamp.catalog_revision}, which is lost")
    elif _priced_again(cart, snapshots[stamp.catalog_revision], stamp.priced_at) != cart:
        yield Finding("G5", cart.id, f"version {cart.version} has other amounts than its facts give")


def _priced_again(cart: Cart, facts: Facts, at: datetime) -> Cart:
    """The cart as it must be; of limited budgets it can have used only those that it holds."""
    customer = customer_of(cart)
    limited = watched_budgets(facts, cart.held_vouchers, [customer] if customer else [])
    exhausted = frozenset(limited) - set(cart.pricing.budgets)
    priced = price(cart, replace(facts, exhausted=exhausted), at)
    warnings = (*priced.pricing.warnings, *rule_on(cart, (), facts, at).warnings)
    return replace(priced, pricing=replace(priced.pricing, warnings=warnings))
