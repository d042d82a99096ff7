"""Searches in the in-memory twin: every cart is looked at."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cmp_to_key
from typing import Any, TypeVar

from cartwright.wire.status import CartStatus
from models.cart.cart import Cart
from queries.filters import Filter
from queries.matching import matches
from queries.search import (
    CartElement,
    CartSearch,
    ElementSearch,
    Found,
    Page,
    Place,
    SortKey,
    ValueCount,
    ValueSearch,
    elements_of,
    one_page,
    sort_place,
)
from storage.records import CartKey, StoredCart

T = TypeVar("T")


class MemorySearches:
    """`Searches` over a dictionary of carts."""

    def __init__(self, stored: Mapping[CartKey, StoredCart]) -> None:
        self._stored = stored

    async def carts(self, tenant: str, search: CartSearch) -> Found[Cart]:
        """Filter, sort, and cut a page out."""

        places = {cart.id: sort_place(cart, search.sort) for cart in self._stored_of(tenant)}

        def compare(left: Cart, right: Cart) -> int:
            return _compared(search.sort, places[left.id], places[right.id])

        def behind(cart: Cart, after: Place) -> bool:
            return _compared(search.sort, places[cart.id], after) > 0

        ordered = sorted(self._matching(tenant, search.where), key=cmp_to_key(compare))
        return _paged(search.page, ordered, behind)

    async def values(self, tenant: str, search: ValueSearch) -> Found[ValueCount]:
        """Count every value once per cart."""
        counted = Counter(
            value for cart in self._matching(tenant, search.where) for value in {*search.field.values(cart)}
        )
        rows = [ValueCount(value, count) for value, count in counted.items()]

        def place(row: ValueCount) -> tuple[Any, ...]:
            return (-row.carts, row.value) if search.counted else (row.value,)

        def behind(row: ValueCount, after: Place) -> bool:
            if not search.counted:
                return place(row) > after
            count, value = after
            return place(row) > (-int(str(count)), value)

        return _paged(search.page, sorted(rows, key=place), behind)

    async def elements(self, tenant: str, search: ElementSearch) -> Found[CartElement]:
        """List the places of every cart's list."""
        carts = sorted(self._matching(tenant, search.where), key=lambda cart: cart.id)
        rows = [CartElement(cart, place) for cart in carts for place in range(len(elements_of(cart, search.part)))]
        return _paged(search.page, rows, lambda row, after: (row.cart.id, row.place) > after)

    def _matching(self, tenant: str, where: Filter | None) -> Iterable[Cart]:
        return (cart for cart in self._stored_of(tenant) if where is None or matches(cart, where))

    def _stored_of(self, tenant: str) -> Iterable[Cart]:
        for key, stored in self._stored.items():
            if key.tenant == tenant and stored.cart.status is not CartStatus.DELETED:
                yield stored.cart


def _paged(page: Page, rows: Sequence[T], behind: Callable[[T, Any], bool]) -> Found[T]:
    if page.after is not None:
        return one_page([row for row in rows if behind(row, page.after)][: page.size + 1], page, None)
    return one_page(rows[page.skip : page.skip + page.size + 1], page, len(rows))


def _compared(sort: Sequence[SortKey], left: Place, right: Place) -> int:
    """Which place comes first: -1, 0 or 1; what is missing is the least."""
    for key, one, other in zip(sort, left, right, strict=True):
        if one != other:
            less = one is None or (other is not None and _less(one, other))
            return -1 if less != key.descending else 1
    return 0


def _less(one: Any, other: Any) -> bool:
    return bool(one < other)
