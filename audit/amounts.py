"""The amounts and the content of every stored cart: G5 and G9."""

from dataclasses import replace
from datetime import datetime
from itertools import accumulate

from audit.findings import Finding, Findings
from audit.history import History
from audit.kept import Kept
from engine.replay import replay
from facts.snapshot import Facts
from models.answers.encoding import encode
from models.cart.cart import Cart
from pricing.price import price
from pricing.steps.budgeting import customer_of, watched_budgets
from rules.engine import rule_on
from storage.mongo.cart_documents import write_cart
from storage.records import Revision


def totals_recompute(_: History, kept: Kept) -> Findings:
    """G5: pricing a stored cart once more, with the facts and at the time that it names, gives the same cart."""
    snapshots = _snapshots(kept)
    for cart_id, stored in kept.carts.items():
        cart = stored.cart
        if cart.pricing.stamp.priced_at is None:
            yield Finding("G5", cart_id, "was never priced")
        elif _priced_again(cart, snapshots[cart.pricing.stamp.catalog_revision], cart.pricing.stamp.priced_at) != cart:
            yield Finding("G5", cart_id, f"version {cart.version} has other amounts than its facts give")


def journal_replays(_: History, kept: Kept) -> Findings:
    """G9: folding a cart's journal from nothing gives the stored cart, byte for byte."""
    for cart_id, stored in kept.carts.items():
        try:
            folded = replay(kept.journals[cart_id])
        except ValueError as error:
            yield Finding("G9", cart_id, f"cannot be folded: {error}")
            continue
        if folded is None or encode(write_cart(folded)) != encode(write_cart(stored.cart)):
            yield Finding("G9", cart_id, f"version {stored.cart.version} differs from its folded journal")


def _priced_again(cart: Cart, facts: Facts, at: datetime) -> Cart:
    """The cart as it must be; of what is limited it can have had only what it holds."""
    customer = customer_of(cart)
    limited = watched_budgets(facts, cart.held_vouchers, [customer] if customer else [])
    priced = price(cart, replace(facts, exhausted=frozenset(limited) - set(cart.pricing.budgets)), at)
    warnings = (*priced.pricing.warnings, *rule_on(cart, (), facts, at).warnings)
    return replace(priced, pricing=replace(priced.pricing, warnings=warnings))


def _snapshots(kept: Kept) -> dict[int, Facts]:
    """The catalog at each of its revisions."""
    revisions = sorted(kept.revisions.values(), key=lambda each: each.revision)
    return {facts.revision: facts for facts in accumulate(revisions, _with, initial=Facts())}


def _with(facts: Facts, revision: Revision) -> Facts:
    return facts.with_rows(revision.rows, revision.revision)
