"""Folding a cart's journal: from nothing to the stored cart, byte for byte (guarantee G9)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.execute import blank_cart
from handlers.registry import commands
from models.cart.cart import Cart, Stamp
from models.changes.change import evolve, read_change
from storage.records import Entry


def replay(entries: Iterable[Entry]) -> Cart | None:
    """The cart that the entries, in version order from 1, lead to; raises `ValueError` at a hole."""
    cart: Cart | None = None
    for version in replayed(entries):
        cart = version
    return cart


def replayed(entries: Iterable[Entry]) -> Iterator[Cart]:
    """The cart at every version, from 1 on; raises `ValueError` at a hole."""
    commands()  # with the commands come the kinds of change that their entries hold
    cart: Cart | None = None
    for entry in entries:
        cart = _next(cart or blank_cart(entry.tenant, entry.cart_id, entry.at, entry.actor), entry)
        yield cart


def _next(cart: Cart, entry: Entry) -> Cart:
    if entry.version != cart.version + 1:
        raise ValueError(f"version {entry.version} follows version {cart.version}")
    changed = evolve(cart, (read_change(each) for each in entry.changes))
    return replace(
        entry.priced.apply(changed),
        version=entry.version,
        updated=Stamp(entry.at, entry.actor),
        last_update_reason=entry.reason,
    )
