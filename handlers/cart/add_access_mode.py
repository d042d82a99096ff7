"""`add-access-mode`: add an offering under one of its access modes, such as rent or purchase (003, Add Product)."""

from collections.abc import Iterator, Mapping

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.lines import NewItem
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import Id
from facts.offered import ACCESS_MODE, offered_prices
from handlers.admission import PlacedItem, admit
from handlers.needs import Context
from handlers.registry import command
from models.cart.cart import Cart, without_gifts
from models.changes.change import Change
from rules.offerings import sellable_offering


class AddAccessMode(CommandData):
    """The offering and the access mode.

    An access mode is a price point with a characteristic `accessMode`. The new item carries all characteristics of the
    price point, so it has that price.
    """

    model_config = example({"offeringId": "film", "accessMode": "2"})

    offering_id: Id
    """The offering."""
    access_mode: Id
    """The value of the price point's characteristic `accessMode`."""


@command("add-access-mode", AddAccessMode)
def add_access_mode(cart: Cart, data: AddAccessMode, context: Context) -> Iterator[Change]:
    """Add the item, unless the cart has it already; raises `price-not-found` if there is no such mode for the cart."""
    sellable_offering(data.offering_id, cart.header, context.facts, context.at, "/data/offeringId")
    modes = [
        point
        for point in offered_prices(cart, data.offering_id, context.facts, context.at)
        if point.characteristics.get(ACCESS_MODE) == data.access_mode
    ]
    if not modes:
        message = f"Offering {data.offering_id} has no access mode {data.access_mode} in {cart.currency} for this cart."
        raise Refusal.at("/data/accessMode", ErrorCode.PRICE_NOT_FOUND, message)
    if not any(_is_there(data, item.offering_id, item.characteristics) for item in without_gifts(cart.items)):
        most = max(modes, key=lambda point: len(point.characteristics))
        new = NewItem.model_validate({"offeringId": data.offering_id, "characteristics": most.characteristics})
        yield from admit(cart, (), [PlacedItem(new, ())], context)


def _is_there(data: AddAccessMode, offering_id: str | None, characteristics: Mapping[str, str]) -> bool:
    return offering_id == data.offering_id and characteristics.get(ACCESS_MODE) == data.access_mode
