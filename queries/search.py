"""What is asked of the carts of a tenant: a filter, an order, a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from models.cart.cart import Cart
from models.cart.forms import Document
from models.jobs.job import JobKind, JobState
from queries.fields import FIELDS, SearchField, SearchValue
from queries.filters import Filter

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
Place = tuple[SearchValue | None, ...]
"""Where a page ended: the values of the last row by which the rows are sorted."""


@dataclass(frozen=True, slots=True)
class SortKey:
    """A field that carts are sorted by. Carts that have no value for it come first, descending last."""

    field: SearchField
    descending: bool = False


NEWEST_FIRST = frozenset({"updatedAt"})
"""Fields whose index has the newest carts first, and carts of the same moment by id."""
SORTS = frozenset({"id", "createdAt", "updatedAt", "customer.id"})
"""The fields that carts can be sorted by."""
BY_ID = SortKey(FIELDS["id"])


def complete_order(keys: Sequence[SortKey]) -> tuple[SortKey, ...]:
    """An order with the id at its end, so that no two carts have the same place.

    A field that was named before says nothing more, nor does anything after the id. Where the keys don't name the id,
    it has the direction in which an index has both: the server need not sort.
    """
    first: dict[str, SortKey] = {}
    for key in keys:
        first.setdefault(key.field.name, key)
    names, order = list(first), tuple(first.values())
    if "id" in first:
        return order[: names.index("id") + 1]
    last = order[-1]
    return (*order, SortKey(FIELDS["id"], last.descending is not (last.field.name in NEWEST_FIRST)))


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


@dataclass(frozen=True, slots=True)
class CartElement:
    """One element of a list of a cart, by its place in it."""

    cart: Cart
    place: int


@dataclass(frozen=True, slots=True)
class ValueCount:
    """One value of a field, and how many carts have it."""

    value: SearchValue
    carts: int


@dataclass(frozen=True, slots=True)
class Found(Generic[R_co]):
    """The rows of a page, whether more come after them, and how many there are in all, where the page has a number."""

    rows: Sequence[R_co]
    more: bool
    total: int | None


def one_page(rows: Sequence[R], page: Page, total: int | None) -> Found[R]:
    """The page of rows of which one more was asked for than it holds."""
    return Found(rows[: page.size], len(rows) > page.size, total)


@dataclass(frozen=True, slots=True)
class JobSearch:
    """The job with an id; or jobs, the newest first, of a state or kind where they are named, after a place."""

    job_id: str | None = None
    state: JobState | None = None
    kind: JobKind | None = None
    size: int = 1
    after: tuple[datetime, str] | None = None


@dataclass(frozen=True, slots=True)
class ReportSearch:
    """Lines of a job's report, from the one after this place on: the number of a chunk, and of lines of it seen."""

    job_id: str
    size: int
    after: tuple[int, int] = (1, 0)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A line of a report as on the wire, and the place behind it."""

    place: tuple[int, int]
    line: Document


Search = CartSearch | ValueSearch | ElementSearch | JobSearch | ReportSearch


def elements_of(cart: Cart, part: str) -> Sequence[object]:
    """The elements of one of the lists of a cart, as they are stored."""
    match part:
        case "items":
            return cart.items
        case "containers":
            return cart.containers
        case "promotions":
            return cart.pricing.promotions
    return cart.pricing.vouchers


def sort_place(cart: Cart, sort: Sequence[SortKey]) -> Place:
    """Where a cart is in an order."""
    return tuple(first_value(key.field, cart) for key in sort)


def first_value(field: SearchField, cart: Cart) -> SearchValue | None:
    """The value that a cart has for a field that has one at most."""
    return next(iter(field.values(cart)), None)
