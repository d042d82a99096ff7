"""What is asked of the carts of a tenant: a filter, an order, a page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from models.cart.cart import Cart
from queries.fields import FIELDS, SearchField
from queries.filters import Filter

Place = tuple[str | int | datetime | None, ...]
"""Where a page ended: the values of the last row by which the rows are sorted."""


@dataclass(frozen=True, slots=True)
class SortKey:
    """A field that carts are sorted by. Carts that have no value for it come first, descending last."""

    field: SearchField
    descending: bool = False


SORTS = frozenset({"id", "createdAt", "updatedAt", "customer.id"})
"""The fields that carts can be sorted by."""
BY_ID = SortKey(FIELDS["id"])


@dataclass(frozen=True, slots=True)
class Page:
    """So many rows after so many others, or after a place; without a place the rows are counted, too."""

    size: int
    skip: int = 0
    after: Place | None = None


@dataclass(frozen=True, slots=True)
class CartSearch:
    """Carts in an order, whose last key is the id: so no two carts have the same place."""

    where: Filter | None
    sort: tuple[SortKey, ...]
    page: Page


@dataclass(frozen=True, slots=True)
class ValueSearch:
    """The different values of a field in order; `counted`: with how many carts have each, the most frequent first."""

    where: Filter | None
    field: SearchField
    counted: bool
    page: Page


@dataclass(frozen=True, slots=True)
class ElementSearch:
    """The elements of a list (`items`, `containers`, `promotions`, `vouchers`) of carts, by cart id and place."""

    where: Filter | None
    part: str
    page: Page


Search = CartSearch | ValueSearch | ElementSearch


def sort_place(cart: Cart, sort: tuple[SortKey, ...]) -> Place:
    """Where a cart is in an order."""
    return tuple(_first(key.field.values, cart) for key in sort)


def _first(values: Callable[[Cart], object], cart: Cart) -> str | int | datetime | None:
    found: str | int | datetime | None = next(iter(values(cart)), None)  # type: ignore[call-overload]
    return found
