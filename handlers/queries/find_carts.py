"""`find-carts`: the carts that a filter finds, sorted, a page at a time (001, Get items)."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from cartwright.wire.cart_view import CartView
from cartwright.wire.examples import example
from cartwright.wire.found import CartsFound
from cartwright.wire.nearness import suggestion
from handlers.needs import Context, Needs
from handlers.registry import query
from handlers.searching import SearchData
from models.answers.answer import QueryAnswer
from models.answers.rendering import render_cart
from models.cart.cart import Cart
from models.cart.forms import Document
from queries.fields import FIELDS
from queries.search import SORTS, CartSearch, SortKey, complete_order, sort_place

SHOWN = frozenset(field.alias or name for name, field in CartView.model_fields.items()) - {"amendedBy"}
"""What an order is amended by stands in other carts; `get-cart` alone looks for them."""


def _is_sorted(name: str) -> str:
    if name.removeprefix("-") not in SORTS:
        said = f"carts can be sorted by {', '.join(sorted(SORTS))}, each with a -.{suggestion(name, SORTS)}"
        raise PydanticCustomError("not-indexed", "{message}", {"message": said})
    return name


def _is_shown(name: str) -> str:
    if name not in SHOWN:
        said = (
            f"A cart has no such field at its top level.{suggestion(name, SHOWN)} There are {', '.join(sorted(SHOWN))}."
        )
        raise PydanticCustomError("unknown-field", "{message}", {"message": said})
    return name


def _by_id_at_least(names: list[str]) -> list[str]:
    return names or ["id"]


ShownField = Annotated[str, Field(max_length=100), AfterValidator(_is_shown)]
SortedField = Annotated[str, Field(max_length=20), AfterValidator(_is_sorted)]


class FindCarts(SearchData):
    """The filter, the order, the page, and what is shown of each cart."""

    model_config = example(
        {"where": 'status = "active" and country in ("FR", "DE")', "sort": ["-updatedAt"], "size": 20, "fields": ["id"]}
    )

    sort: Annotated[list[SortedField], Field(max_length=len(SORTS)), AfterValidator(_by_id_at_least)] = Field(
        default_factory=lambda: ["id"]
    )
    """What the carts are sorted by, each with `-` for descending; in the end by id, in either direction unless it
    is named. A field that comes again says nothing more, and an empty list no more than none."""
    fields: Annotated[list[ShownField], Field(max_length=100)] | None = None
    """The top-level fields of the cart that are shown, which `amendedBy` is none of; all if absent."""

    @property
    def question(self) -> str:
        """What a cursor depends on, besides the filter."""
        return f"carts by {' '.join(self.sort)}"


def _search(data: FindCarts) -> CartSearch:
    keys = [SortKey(FIELDS[name.removeprefix("-")], name.startswith("-")) for name in data.sort]
    order = complete_order(keys)
    return CartSearch(data.filter, order, data.page(data.question, len(order)))


@query("find-carts", FindCarts, needs=lambda data: Needs(search=_search(data)), blank=True, reply=CartsFound)
def find_carts(blank: Cart, data: FindCarts, context: Context) -> QueryAnswer:
    """The page."""
    search = _search(data)
    found = context.fetched.found[search]
    last = sort_place(found.rows[-1], search.sort) if found.rows else None
    return QueryAnswer(
        [_shown(cart.as_of(context.now), data.fields) for cart in found.rows], data.paging(data.question, found, last)
    )


def _shown(cart: Cart, fields: list[str] | None) -> Document:
    shown = render_cart(cart)
    return shown if fields is None else {name: shown[name] for name in fields if name in shown}
