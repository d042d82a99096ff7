"""Carts in MongoDB: one document each, committed by compare-and-set on `{_id, version, stamp}`."""

from collections.abc import Collection as Keys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import bson
from bson.raw_bson import RawBSONDocument
from pymongo import ASCENDING, DESCENDING, ReplaceOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from cartwright.wire.status import CHANGEABLE
from models.cart.brief import CartBrief
from models.cart.cart import Cart
from models.cart.forms import Document
from models.cart.keys import EXCLUSIVE, RELEASED, live_keys, lookup_text
from storage.mongo.briefs import BRIEF, FIELDS, read_brief, write_brief
from storage.mongo.cart_documents import read_cart, write_cart
from storage.mongo.driver import Collection
from storage.mongo.encodings import encoded_entry, encoded_item
from storage.mongo.entry_documents import read_entry
from storage.mongo.errors import only_duplicates, translated_errors
from storage.mongo.forms import CART
from storage.mongo.ids import cart_document_id, of_tenant
from storage.mongo.indexes import IDLE_SINCE, LIVE_KEYS
from storage.records import (
    CartKey,
    CartVersion,
    CartWrite,
    CommitStamp,
    LiveKey,
    Run,
    StoredCart,
    WriteResult,
)

_OPEN: Document = {"status": {"$nin": sorted(RELEASED)}}
"""Of carts that have not let go of their keys."""
_CHANGEABLE: Document = {"status": {"$in": sorted(CHANGEABLE)}}

MAX_DOCUMENT_BYTES = 16 * 1024 * 1024
"""What MongoDB allows for one document."""


class MongoCarts:
    """`Carts` on MongoDB."""

    def __init__(self, collection: Collection) -> None:
        self._carts = collection

    async def load(self, keys: Keys[CartKey]) -> dict[CartKey, StoredCart]:
        """One `find` with `$in` over the ids."""
        async with translated_errors():
            found = await self._carts.find({"_id": {"$in": [cart_document_id(key) for key in keys]}}).to_list(None)
        return {stored.key: stored for stored in map(read_stored, found)}

    async def briefs(self, keys: Keys[CartKey]) -> dict[CartKey, CartBrief]:
        """One `find` of a few fields; and of whole carts those that were stored before there were briefs."""
        async with translated_errors():
            query = {"_id": {"$in": [cart_document_id(key) for key in keys]}}
            found = await self._carts.find(query, FIELDS).to_list(None)
        for each in found:
            CART.check(each)
        briefs = {CartKey(each["tenant"], each["cartId"]): read_brief(each) for each in found if BRIEF in each}
        older = [CartKey(each["tenant"], each["cartId"]) for each in found if BRIEF not in each]
        whole = await self.load(older) if older else {}
        return briefs | {key: CartBrief.of(stored.cart) for key, stored in whole.items()}

    async def commit(self, writes: Sequence[CartWrite]) -> list[WriteResult]:
        """One unordered bulk of `replaceOne` with upsert, where a stale version shows as a duplicate key."""
        documents = [RawBSONDocument(bson.encode(write_stored(write.stored))) for write in writes]
        fitting = [index for index, document in enumerate(documents) if len(document.raw) <= MAX_DOCUMENT_BYTES]
        results = [WriteResult.TOO_LARGE] * len(writes)
        committed = await self._replace([(writes[index], documents[index]) for index in fitting])
        for index, result in zip(fitting, committed, strict=True):
            results[index] = result
        return results

    async def _replace(self, replacements: Sequence[tuple[CartWrite, RawBSONDocument]]) -> list[WriteResult]:
        filters = [_expected(write) for write, _ in replacements]
        documents = [document for _, document in replacements]
        try:
            async with translated_errors():
                if len(documents) == 1:
                    # The same command to the server; the driver takes a third less time over it.
                    await self._carts.replace_one(filters[0], documents[0], upsert=True)
                elif documents:
                    pairs = zip(filters, documents, strict=True)
                    await self._carts.bulk_write([ReplaceOne(*pair, upsert=True) for pair in pairs], ordered=False)
        except DuplicateKeyError as error:
            return [_conflict(error.details or {})]
        except BulkWriteError as error:
            return _results(len(documents), error)
        return [WriteResult.COMMITTED] * len(documents)

    async def with_key(self, tenant: str, name: str, value: str) -> list[CartKey]:
        """By the index over the tenant and all keys of a cart, which has the newest carts first."""
        query: Document = {"tenant": tenant, "lookup": lookup_text(name, value)}
        open_ones = await self._newest({**query, **_OPEN}) if name in EXCLUSIVE else []
        return [CartKey(tenant, document["cartId"]) for document in open_ones or await self._newest(query)]

    async def _newest(self, query: Document) -> list[Document]:
        order = [("created.at", DESCENDING), ("_id", DESCENDING)]
        async with translated_errors():
            return await self._carts.find(query, {"cartId": 1}).sort(order).limit(10).to_list(None)

    async def holders(self, keys: Keys[LiveKey]) -> dict[LiveKey, set[CartKey]]:
        """By the same index, so that carts count which were stored before keys belonged to anybody."""
        by_tenant: dict[str, list[str]] = {}
        for key in keys:
            by_tenant.setdefault(key.tenant, []).append(key.text)
        named = [{"tenant": tenant, "lookup": {"$in": texts}} for tenant, texts in by_tenant.items()]
        async with translated_errors():
            query = {"$or": named, **_OPEN}
            found = await self._carts.find(query, {"tenant": 1, "cartId": 1, "lookup": 1}).to_list(None)
        holders: dict[LiveKey, set[CartKey]] = {}
        for document in found:
            for text in document["lookup"]:
                key = LiveKey(document["tenant"], text)
                if key in keys:
                    holders.setdefault(key, set()).add(CartKey(document["tenant"], document["cartId"]))
        return holders

    async def due(self, time: datetime, limit: int) -> list[CartVersion]:
        """By the index over status and date, which holds carts with a date only."""
        query = {**_CHANGEABLE, "suppressAt": {"$lte": time}, "lock.until": {"$not": {"$gt": time}}}
        return await self._earliest(query, "suppressAt", limit)

    async def idle(self, tenant: str, since: datetime, limit: int) -> list[CartVersion]:
        """By the index over tenant and last change, which holds carts that expire so only."""
        query = {"tenant": tenant, IDLE_SINCE: {"$lte": since}, "lock.until": {"$not": {"$gt": since}}}
        return await self._earliest(query, IDLE_SINCE, limit)

    async def _earliest(self, query: Document, field: str, limit: int) -> list[CartVersion]:
        async with translated_errors():
            found = self._carts.find(query, {"tenant": 1, "cartId": 1, "version": 1})
            documents = await found.sort(field, ASCENDING).to_list(limit)
        return [CartVersion(CartKey(each["tenant"], each["cartId"]), each["version"]) for each in documents]

    async def let_idle(self, tenant: str) -> None:
        """One update of the carts that were written before the tenant was configured so."""
        query = {"_id": of_tenant(tenant), **_CHANGEABLE, IDLE_SINCE: {"$exists": False}}
        async with translated_errors():
            await self._carts.update_many(query, [{"$set": {IDLE_SINCE: "$updated.at"}}])

    async def of_tenant(self, tenant: str, after: str, limit: int) -> list[StoredCart]:
        """By the ids of the documents, which begin with the tenant."""
        async with translated_errors():
            found = await self._carts.find({"_id": of_tenant(tenant, after)}).sort("_id").to_list(limit)
        return [read_stored(document) for document in found]

    async def to_purge(self, by: datetime, limit: int) -> list[StoredCart]:
        """By the index over the times at which deleted carts are purged."""
        async with translated_errors():
            found = await self._carts.find({"purgeAt": {"$lte": by}}).sort("purgeAt").limit(limit).to_list(None)
        return [read_stored(document) for document in found]

    async def unpublished(self, run: Run, before: datetime, limit: int) -> list[StoredCart]:
        """By the index over run and group."""
        groups = {"$or": [{"stamp.group": {"$gt": run.settled}}, {"stamp.group": {"$in": list(run.abandoned)}}]}
        query = {"stamp.run": run.id, "updated.at": {"$lt": before}, **groups}
        async with translated_errors():
            found = await self._carts.find(query).sort("stamp.group").to_list(limit)
        return [read_stored(document) for document in found]


def write_stored(stored: StoredCart) -> Document:
    """A stored cart as its document."""
    document = {
        "_id": cart_document_id(stored.key),
        **CART.mark,
        **write_cart(stored.cart, encoded_item),
        "stamp": {"run": stored.stamp.run, "group": stored.stamp.group},
        "outbox": [encoded_entry(entry) for entry in stored.outbox],
        BRIEF: write_brief(stored.cart),
    }
    keys = live_keys(stored.cart).keys() - stored.given_up
    if keys:
        document[LIVE_KEYS] = sorted(keys)
    if stored.idles and stored.cart.status in CHANGEABLE:
        document[IDLE_SINCE] = stored.cart.updated.at
    if stored.purge_at is not None:
        document["purgeAt"] = stored.purge_at
    if stored.purged:
        document["purged"] = True
    return document


def read_stored(document: Document) -> StoredCart:
    """The stored cart that `write_stored` wrote; raises `NewerData`."""
    return StoredCart(
        cart=read_stored_cart(document),
        stamp=CommitStamp(**document["stamp"]),
        outbox=tuple(read_entry(each) for each in document["outbox"]),
        purged=document.get("purged", False),
    )


def read_stored_cart(document: Document) -> Cart:
    """The cart alone, of a document that may be without what else it is stored with; raises `NewerData`."""
    CART.check(document)
    return read_cart(document)


def _expected(write: CartWrite) -> Document:
    """The filter that finds a cart as its writer knew it."""
    expected: Document = {"_id": cart_document_id(write.stored.key), "version": write.expected_version}
    if write.expected_stamp is not None:
        expected["stamp.run"], expected["stamp.group"] = write.expected_stamp
    return expected


def _results(count: int, error: BulkWriteError) -> list[WriteResult]:
    """Tell conflicts apart per operation; raises `StorageUnavailable` for whatever else failed."""
    failed = only_duplicates("bulk write", error)
    return [_conflict(failed[index]) if index in failed else WriteResult.COMMITTED for index in range(count)]


def _conflict(failed: Mapping[str, Any]) -> WriteResult:
    """Of a duplicate key: that of the document's id shows another version, any other that of a cart's key."""
    return WriteResult.KEY_TAKEN if LIVE_KEYS in failed.get("keyPattern", ()) else WriteResult.CONFLICT
