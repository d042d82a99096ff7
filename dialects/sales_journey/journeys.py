"""The cart of a journey: the one whose key `salesJourneyId` is the journey's; the first update opens it."""

from collections.abc import Iterable

from models.cart.cart import Cart, Item
from models.cart.forms import Document
from models.cart.keys import RELEASED, SALES_JOURNEY_ID


def by_journey(carts: Iterable[Cart]) -> dict[str, Cart]:
    """Carts by their journeys; of several the one that still is under way, else the latest."""
    ordered = sorted(carts, key=lambda cart: (cart.status not in RELEASED, cart.created.at, cart.id))
    return {cart.header.keys[SALES_JOURNEY_ID]: cart for cart in ordered if SALES_JOURNEY_ID in cart.header.keys}


def cart_item(item: Item) -> Document:
    """A line as GraphQL and REST show it."""
    return {
        "catalogId": item.offering_id,
        "purchasedOfferId": item.product_id or item.id,
        "status": item.status.upper(),
        "action": item.action.upper(),
    }
