"""The journal in MongoDB: one document per applied command, under its tenant and message id."""

from collections.abc import Collection as Keys
from collections.abc import Sequence
from datetime import datetime

from pymongo import ASCENDING
from pymongo.errors import BulkWriteError

from storage.mongo.driver import Collection
from storage.mongo.encodings import encoded_entry
from storage.mongo.entry_documents import read_entry
from storage.mongo.errors import only_duplicates, translated_errors
from storage.mongo.ids import command_document_id
from storage.records import CartKey, CommandKey, Entry


class MongoJournal:
    """`Journal` on MongoDB."""

    def __init__(self, collection: Collection) -> None:
        self._entries = collection

    async def lookup(self, keys: Keys[CommandKey]) -> dict[CommandKey, Entry]:
        """One `find` with `$in` over the ids."""
        async with translated_errors():
            found = await self._entries.find({"_id": {"$in": [command_document_id(key) for key in keys]}}).to_list(None)
        return {entry.key: entry for entry in map(read_entry, found)}

    async def append(self, entries: Sequence[Entry]) -> None:
        """One unordered insert; a duplicate is an entry that somebody finished before us."""
        documents = [encoded_entry(entry) for entry in entries]
        try:
            async with translated_errors():
                await self._entries.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            only_duplicates("journal insert", error)

    async def history(
        self, key: CartKey, after_version: int = 0, until: int | None = None, limit: int | None = None
    ) -> list[Entry]:
        """By the index over cart and version."""
        within = {"$gt": after_version, **({"$lte": until} if until is not None else {})}
        query = {"tenant": key.tenant, "cartId": key.cart_id, "version": within, "status": "applied"}
        async with translated_errors():
            found = await self._entries.find(query).sort("version").limit(limit or 0).to_list(None)
        return [read_entry(document) for document in found]

    async def made_between(self, after: datetime, before: datetime, limit: int) -> list[tuple[CartKey, datetime]]:
        """By the index over times, which holds all that is asked for."""
        query, fields = {"at": {"$gt": after, "$lt": before}}, {"_id": 0, "at": 1, "tenant": 1, "cartId": 1}
        order = [(name, ASCENDING) for name in ("at", "tenant", "cartId")]
        async with translated_errors():
            found = await self._entries.find(query, fields).sort(order).limit(limit).to_list(None)
        return [(CartKey(each["tenant"], each["cartId"]), each["at"]) for each in found]

    async def remove(self, key: CartKey, until: int, before: datetime) -> None:
        """By the index over cart and version."""
        query = {"tenant": key.tenant, "cartId": key.cart_id, "version": {"$lte": until}, "at": {"$lt": before}}
        async with translated_errors():
            await self._entries.delete_many(query)
