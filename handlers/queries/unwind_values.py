"""`unwind-values`: one row for each element of a list of carts, such as their line items (001, Get unwind values)."""

from typing import Literal

from pydantic import Field

from cartwright.wire.examples import example
from cartwright.wire.found import ElementsFound
from handlers.needs import Context, Needs
from handlers.registry import query
from handlers.searching import SearchData
from models.answers.answer import QueryAnswer
from models.answers.rendering import render_cart
from models.cart.cart import Cart
from models.cart.forms import Document
from queries.search import CartElement, ElementSearch


class UnwindValues(SearchData):
    """The list, and of which carts."""

    model_config = example({"field": "items", "where": 'customer.id = "u-1"', "size": 100})

    field: Literal["items", "containers", "promotions", "vouchers"] = Field()
    """The list whose elements are shown."""

    @property
    def question(self) -> str:
        """What a cursor depends on, besides the filter."""
        return f"elements of {self.field}"


def _search(data: UnwindValues) -> ElementSearch:
    return ElementSearch(data.filter, data.field, data.page(data.question, 2))


@query("unwind-values", UnwindValues, needs=lambda data: Needs(search=_search(data)), blank=True, reply=ElementsFound)
def unwind_values(blank: Cart, data: UnwindValues, context: Context) -> QueryAnswer:
    """The page."""
    found = context.fetched.found[_search(data)]
    carts = {row.cart.id: render_cart(row.cart.as_of(context.now)) for row in found.rows}
    rows = [_row(row, carts[row.cart.id][data.field]) for row in found.rows]
    last = (found.rows[-1].cart.id, found.rows[-1].place) if found.rows else None
    return QueryAnswer(rows, data.paging(data.question, found, last))


def _row(row: CartElement, elements: list[Document]) -> Document:
    cart = row.cart
    return {"cartId": cart.id, "version": cart.version, "currency": cart.currency, "element": elements[row.place]}
