"""`save-cart`: keep a cart for later; it is found again by its key `uniqueId`."""

from collections.abc import Iterator

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.schema import Id
from cartwright.wire.status import CartStatus
from handlers.needs import Context
from handlers.registry import command
from models.cart.cart import Cart
from models.cart.keys import UNIQUE_ID
from models.changes.cart_changes import HeaderChanged
from models.changes.change import Change
from models.changes.life_changes import CartSaved
from models.derived_id import derived_id


class SaveCart(CommandData):
    """The id under which it is found."""

    model_config = example({"uniqueId": "u-778"})

    unique_id: Id | None = None
    """The cart's key `uniqueId`; if absent, the one that it has, or else one that is made."""


@command("save-cart", SaveCart)
def save_cart(cart: Cart, data: SaveCart, context: Context) -> Iterator[Change]:
    """Set the key and the status, if they differ; prices follow a key, for promotions may ask for it."""
    keys = cart.header.keys
    unique_id = data.unique_id or keys.get(UNIQUE_ID) or f"u-{derived_id(cart.tenant, cart.id)}"
    differs = keys.get(UNIQUE_ID) != unique_id
    if differs:
        yield HeaderChanged(before={"keys": keys or None}, after={"keys": {**keys, UNIQUE_ID: unique_id}})
    if differs or cart.status is not CartStatus.SAVED:
        yield CartSaved(unique_id=unique_id)
