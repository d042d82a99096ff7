"""Searching carts in MongoDB: filters and orders that an index serves, pages by number or by place."""

from collections.abc import Mapping

from pymongo import ASCENDING, DESCENDING

from cartwright.wire.status import CartStatus
from models.cart.cart import Cart
from models.cart.forms import Document
from models.cart.keys import HEADER_KEYS
from queries.fields import KEY_PREFIX, SearchField
from queries.filters import Filter
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
    one_page,
)
from storage.mongo.briefs import BRIEF
from storage.mongo.carts import read_stored_cart
from storage.mongo.driver import Collection, aggregate
from storage.mongo.errors import translated_errors
from storage.mongo.filters import mongo_filter, value_path
from storage.mongo.ids import cart_document_id, of_tenant
from storage.records import CartKey

_WITHOUT = {"outbox": 0, BRIEF: 0}
"""What a projection leaves out that the cart alone does not need: each entry of an outbox holds all prices again."""
_SORTED = {
    "id": "_id",
    "createdAt": "created.at",
    "updatedAt": "updated.at",
    "customer.id": "header.customer.id",
}


class MongoSearches:
    """`Searches` on MongoDB."""

    def __init__(self, carts: Collection) -> None:
        self._carts = carts

    async def carts(self, tenant: str, search: CartSearch) -> Found[Cart]:
        """One `find`, and a count where the page has a number."""
        query = _query(tenant, search.where)
        order = [(_SORTED[key.field.name], DESCENDING if key.descending else ASCENDING) for key in search.sort]
        page = search.page
        after = [] if page.after is None else _after(tenant, search.sort, page.after)
        async with translated_errors():
            cursor = self._carts.find({"$and": [query, *after]}, _WITHOUT)
            found = await cursor.sort(order).skip(page.skip).limit(page.size + 1).to_list(None)
            total = await self._carts.count_documents(query) if page.after is None else None
        return one_page([read_stored_cart(document) for document in found], page, total)

    async def values(self, tenant: str, search: ValueSearch) -> Found[ValueCount]:
        """One aggregation: the values of each cart, grouped, in order."""
        stages: list[Document] = [
            {"$match": _query(tenant, search.where)},
            {"$project": {"value": _values(search.field)}},
            {"$unwind": "$value"},
            {"$group": {"_id": "$value", "count": {"$sum": 1}}},
        ]
        order: Document = {"count": -1, "_id": 1} if search.counted else {"_id": 1}
        rows, total = await self._page(stages, order, search.page, _value_after(search))
        return one_page([ValueCount(row["_id"], row["count"]) for row in rows], search.page, total)

    async def elements(self, tenant: str, search: ElementSearch) -> Found[CartElement]:
        """One aggregation: which elements there are; the carts that they are in come with them."""
        stages: list[Document] = [
            {"$match": _query(tenant, search.where)},
            {"$project": {"place": {"$range": [0, {"$size": {"$ifNull": [f"${search.part}", []]}}]}}},
            {"$unwind": "$place"},
        ]
        order: Document = {"_id": 1, "place": 1}
        rows, total = await self._page(stages, order, search.page, _element_after(tenant, search.page))
        ids = list({row["_id"]: None for row in rows})
        async with translated_errors():
            documents = await self._carts.find({"_id": {"$in": ids}}, _WITHOUT).to_list(None)
        carts = {document["_id"]: read_stored_cart(document) for document in documents}
        found = [CartElement(carts[row["_id"]], row["place"]) for row in rows if row["_id"] in carts]
        return one_page(found, search.page, total)

    async def _page(
        self, stages: list[Document], order: Document, page: Page, after: Document | None
    ) -> tuple[list[Document], int | None]:
        rows: list[Document] = [{"$match": after}] if after is not None else []
        rows += [{"$sort": order}, {"$skip": page.skip}, {"$limit": page.size + 1}]
        async with translated_errors():
            found = await aggregate(self._carts, [*stages, *rows])
            if page.after is not None:
                return found, None
            counted = await aggregate(self._carts, [*stages, {"$count": "rows"}])
        return found, counted[0]["rows"] if counted else 0


def _query(tenant: str, where: Filter | None) -> Document:
    """The carts of a tenant for which a filter holds, without deleted ones."""
    query: Document = {"tenant": tenant, "status": {"$ne": CartStatus.DELETED.value}}
    if where is None:
        return {**query, "_id": of_tenant(tenant)}
    return {"$and": [query, mongo_filter(where, tenant)]}


def _values(field: SearchField) -> object:
    """The expression of a field's values: of a list each of them once, so that carts are counted and not elements."""
    path = f"${value_path(field)}"
    if field.many:
        return {"$setUnion": [{"$ifNull": [path, []]}, []]}
    return _COMPUTED.get(field.name, path)


_COMPUTED: Mapping[str, Document] = {
    "currency": {"$ifNull": ["$header.forcedCurrency", "$header.currency"]},
    "marketSegment.id": {
        "$cond": [
            {"$eq": [{"$type": "$header.marketSegment"}, "string"]},
            "$header.marketSegment",
            "$header.marketSegment.id",
        ]
    },
    **{f"{KEY_PREFIX}{name}": {"$ifNull": [f"$header.keys.{name}", f"$header.{name}"]} for name in HEADER_KEYS},
}


def _after(tenant: str, sort: tuple[SortKey, ...], place: Place) -> list[Document]:
    """The carts that come after a place: equal in the first keys, and behind it in the next one.

    The first condition follows from the second one. It lets the server begin at the place in the order's index.
    """
    alternatives: list[Document] = []
    equal: Document = {}
    values = [
        (path := _SORTED[key.field.name], _stored(tenant, path, value), key.descending)
        for key, value in zip(sort, place, strict=True)
    ]
    for path, value, descending in values:
        behind = _behind(value, descending)
        if behind is not None:
            alternatives.append({**equal, path: behind})
        equal[path] = value
    path, value, descending = values[0]
    return [*([{path: begin}] if (begin := _from(value, descending)) is not None else []), {"$or": alternatives}]


def _stored(tenant: str, path: str, value: object) -> object:
    return cart_document_id(CartKey(tenant, str(value))) if path == "_id" else value


def _from(value: object, descending: bool) -> Document | None:
    """A value and what comes after it; None where that is everything."""
    if value is None:
        return {"$eq": None} if descending else None
    return {"$not": {"$gt": value}} if descending else {"$gte": value}


def _behind(value: object, descending: bool) -> Document | None:
    """What comes after a value; what is missing is the least. None where nothing does."""
    if value is None:
        return None if descending else {"$ne": None}
    if descending:
        return {"$not": {"$gte": value}}
    return {"$gt": value}


def _value_after(search: ValueSearch) -> Document | None:
    if search.page.after is None:
        return None
    if not search.counted:
        return {"_id": {"$gt": search.page.after[0]}}
    count, value = search.page.after
    return {"$or": [{"count": {"$lt": count}}, {"count": count, "_id": {"$gt": value}}]}


def _element_after(tenant: str, page: Page) -> Document | None:
    if page.after is None:
        return None
    cart_id, place = page.after
    document_id = cart_document_id(CartKey(tenant, str(cart_id)))
    return {"$or": [{"_id": {"$gt": document_id}}, {"_id": document_id, "place": {"$gt": place}}]}
