"""Commands that no worker has by itself: one that takes effect on two carts, and queries for what `Needs` can name.

They are registered on request only: `registered` in this process, the launcher in a worker's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from cartwright.wire.command import CommandData
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import Id, Version
from handlers import registry
from handlers.kinds import Decision
from handlers.needs import Context, Needs
from handlers.registry import command, commands, query
from models.answers.answer import QueryAnswer
from models.answers.cart_answer import CartAnswer
from models.answers.outcome import Outcome
from models.cart.cart import Cart
from models.changes.follow_up import FollowUp
from models.changes.item_changes import ItemRemoved


class HandOver(CommandData):
    """Which item goes to which cart; both may be left out."""

    item_id: Id | None = None
    to: Id


class CartAt(CommandData):
    """A version of the cart."""

    at_version: Version


class Totals(CommandData):
    """Whose totals."""

    cart_ids: list[Id]


def hand_over(cart: Cart, data: HandOver, context: Context) -> Decision:
    """The item leaves this cart, and comes into the other one; without an item the other one gets a new line only."""
    if data.to not in context.fetched.carts:
        raise Refusal.at("/data/to", ErrorCode.CART_NOT_FOUND, "There is no such cart.")
    item = cart.item(data.item_id or "")
    if item is not None:
        yield ItemRemoved(item_id=item.id, offering_id=item.offering_id)
    line = {"id": data.item_id or "given", "offeringId": "phone", "quantity": item.quantity if item else 1}
    yield FollowUp("to", "add-items", data.to, {"items": [line]})


def cart_at(cart: Cart, data: CartAt, context: Context) -> CartAnswer:
    """The cart as it was; raises `invalid` for a version that it never had."""
    found = context.fetched.versions.get(data.at_version)
    if found is None:
        raise Refusal.at("/data/atVersion", ErrorCode.INVALID, "The cart never had this version.")
    return CartAnswer.of("cart-updated", "read", Outcome(found, [], []))


def totals(_blank: Cart, data: Totals, context: Context) -> QueryAnswer:
    """What several carts cost, those that exist."""
    found = [context.fetched.carts[each] for each in data.cart_ids if each in context.fetched.carts]
    return QueryAnswer([{"id": cart.id, "payable": cart.pricing.due_now.payable} for cart in found])


def register() -> None:
    """Register them all."""
    command("hand-over", HandOver, needs=lambda data: Needs(carts=(data.to,)))(hand_over)
    query("cart-at", CartAt, needs=lambda data: Needs(versions=(data.at_version,)), reply_type="cart-updated")(cart_at)
    query("totals", Totals, needs=lambda data: Needs(carts=tuple(data.cart_ids)), blank=True)(totals)


@contextmanager
def registered() -> Iterator[None]:
    """Have them in this process until the block ends."""
    with patch.object(registry, "_COMMANDS", dict(commands())):
        register()
        commands.cache_clear()
        yield
    commands.cache_clear()
