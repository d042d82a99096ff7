"""Catalogs in MongoDB: one document per revision, whose id is its place in the order, so inserting is the lock.

Commands that changed nothing have documents beside them: one index over all lets a command in only once.
"""

from collections.abc import Collection as Keys
from collections.abc import Mapping
from typing import Any

from pymongo.errors import DuplicateKeyError

from storage.mongo.database import translated_errors
from storage.mongo.driver import Collection
from storage.mongo.revision_documents import read_record, read_revision, write_record
from storage.records import CatalogRecord, CommandKey, Revision


class MongoCatalog:
    """`Catalog` on MongoDB."""

    def __init__(self, collection: Collection) -> None:
        self._records = collection

    async def since(self, known: Mapping[str, int]) -> list[Revision]:
        """One `find`; empty when nothing is new."""
        async with translated_errors():
            found = await self._records.find(newer_than(known)).sort("revision").to_list(None)
        return [read_revision(document) for document in found]

    async def append(self, record: CatalogRecord) -> bool:
        """One insert; the id or the command being taken means that somebody was faster."""
        try:
            async with translated_errors():
                await self._records.insert_one(write_record(record))
        except DuplicateKeyError:
            return False
        return True

    async def of_commands(self, keys: Keys[CommandKey]) -> dict[CommandKey, CatalogRecord]:
        """By the index over tenant and command."""
        wanted = [{"tenant": key.tenant, "commandId": key.command_id} for key in keys]
        async with translated_errors():
            found = await self._records.find({"$or": wanted}).to_list(None)
        return {CommandKey(each.tenant, each.command_id): each for each in map(read_record, found)}


def newer_than(known: Mapping[str, int]) -> dict[str, Any]:
    """The filter for all revisions later than the known one of each tenant; what is no revision has no such field."""
    return {"$or": [{"tenant": tenant, "revision": {"$gt": revision}} for tenant, revision in known.items()]}
