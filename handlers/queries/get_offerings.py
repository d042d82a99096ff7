"""`get-offerings`: what a cart can be filled with, at today's list prices for this cart (003, Products)."""

from heapq import nsmallest
from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.schema import Id
from facts.availability import unavailable
from facts.offered import offered_prices
from handlers.needs import Context
from handlers.registry import query
from models.answers.answer import QueryAnswer
from models.cart.cart import Cart
from models.cart.forms import Document
from models.catalog.offering import Offering
from models.catalog.price_point import PricePoint

MOST = 1000


class GetOfferings(CommandData):
    """Which offerings, or which page of all of them."""

    model_config = example({"offeringIds": ["headset"]})

    offering_ids: Annotated[list[Id], Field(max_length=MOST)] | None = None
    """The offerings, in this order; if absent, all by id, a page at a time. Those that are not on sale are left out."""
    size: Annotated[int, Field(ge=1, le=MOST)] = 100
    """How many offerings a page of all of them holds at most."""
    cursor: Id | None = None
    """The `nextCursor` of the page before."""


@query("get-offerings", GetOfferings)
def get_offerings(cart: Cart, data: GetOfferings, context: Context) -> QueryAnswer:
    """The offerings that are on sale for the cart, each with the prices that a line of it can have."""
    offerings = context.facts.offerings
    if data.offering_ids is not None:
        found = [offerings[name] for name in dict.fromkeys(data.offering_ids) if name in offerings]
        return QueryAnswer(_rows(found, cart, context), {"nextCursor": None})
    after = data.cursor or ""
    names = nsmallest(data.size + 1, (name for name in offerings if name > after))
    page = names[: data.size]
    cursor = page[-1] if len(names) > data.size else None
    return QueryAnswer(_rows([offerings[name] for name in page], cart, context), {"nextCursor": cursor})


def _rows(offerings: list[Offering], cart: Cart, context: Context) -> list[Document]:
    return [_row(each, cart, context) for each in offerings if unavailable(each, cart.header, context.at) is None]


def _row(offering: Offering, cart: Cart, context: Context) -> Document:
    return {
        "id": offering.id,
        "name": offering.name,
        "categories": offering.categories,
        "prices": [_price(point) for point in offered_prices(cart, offering.id, context.facts, context.at)],
    }


def _price(point: PricePoint) -> Document:
    return {
        "id": point.id,
        "type": point.type,
        "period": point.period,
        "unit": point.unit,
        "currency": point.currency,
        "amount": point.amount,
        "taxIncluded": point.tax_included,
        "term": point.term,
        "characteristics": point.characteristics,
    }
