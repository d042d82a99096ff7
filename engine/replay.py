"""Folding a cart's journal: from nothing to the stored cart, byte for byte (guarantee G9)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.opening import blank_cart
from models.cart.cart import Cart, Stamp
from models.changes.change import evolve, read_change
from models.changes.journaled import JournaledVersion


def replay(versions: Iterable[JournaledVersion], base: Cart | None = None) -> Cart | None:
    """The cart that the versions, in order from 1 or from that of `base`, lead to; raises `ValueError` at a hole."""
    last = base
    for cart in replayed(versions, base):
        last = cart
    return last


def replayed(versions: Iterable[JournaledVersion], base: Cart | None = None) -> Iterator[Cart]:
    """The cart at each of the versions, in order from 1 or from that of `base`; raises `ValueError` at a hole."""
    cart = base
    for each in versions:
        cart = _next(cart or blank_cart(each.tenant, each.cart_id, each.at, each.actor), each)
        yield cart


def _next(cart: Cart, made: JournaledVersion) -> Cart:
    if made.version != cart.version + 1:
        raise ValueError(f"version {made.version} follows version {cart.version}")
    changed = evolve(cart.as_of(made.at), (read_change(each) for each in made.changes))
    return replace(
        made.priced.apply(changed),
        version=made.version,
        updated=Stamp(made.at, made.actor),
        last_update_reason=made.reason,
    )
