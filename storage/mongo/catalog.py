"""Catalogs in MongoDB: one document per revision. Its number is in its id, so the insert is the lock.

Commands that changed nothing have documents too: a unique index over all lets each command in only once.
"""

from collections.abc import Collection as Keys
from collections.abc import Mapping
from datetime import datetime

from pymongo import DESCENDING
from pymongo.errors import DuplicateKeyError

from facts.snapshot import CatalogRows
from models.cart.forms import Document
from models.catalog.configuration import Configuration
from storage.mongo.driver import Collection, aggregate
from storage.mongo.errors import translated_errors
from storage.mongo.forms import BEFORE_VERSIONS, RECORD, VERSION
from storage.mongo.revision_documents import read_record, read_revision, write_record
from storage.mongo.snapshots import MongoSnapshots
from storage.records import CatalogRecord, CatalogSnapshot, CommandKey, Concerning, Revision


class MongoCatalog:
    """`Catalog` on MongoDB."""

    def __init__(self, records: Collection, snapshots: Collection) -> None:
        self._records = records
        self._snapshots = MongoSnapshots(snapshots)

    async def since(self, known: Mapping[str, int]) -> list[Revision]:
        """One `find`; empty when nothing is new."""
        async with translated_errors():
            found = await self._records.find(newer_than(known)).sort("revision").to_list(None)
        return [read_revision(document) for document in found]

    async def append(self, record: CatalogRecord) -> bool:
        """One insert; if the id or the command is taken, somebody was faster."""
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

    async def configurations(self) -> dict[str, Configuration]:
        """By the index over revisions that set a configuration: each of them holds the whole of it."""
        pipeline: list[Document] = [
            {"$match": {"tenant": {"$gt": ""}, "configuration": {"$exists": True}}},
            {"$sort": {"tenant": 1, "revision": -1}},
            {"$group": {"_id": "$tenant", "rows": {"$first": "$configuration"}, VERSION: {"$first": _VERSION}}},
        ]
        async with translated_errors():
            found = await aggregate(self._records, pipeline)
        for each in found:
            RECORD.check(each)
        return {each["_id"]: CatalogRows.stored({"configuration": each["rows"]}).configuration[0] for each in found}

    async def between(self, tenant: str, after: int, until: int) -> list[Revision]:
        """By the index over tenant and revision."""
        query = {"tenant": tenant, "revision": {"$gt": after, "$lte": until}}
        async with translated_errors():
            found = await self._records.find(query).sort("revision").to_list(None)
        return [read_revision(document) for document in found]

    async def concerning(self, tenant: str, after: int, until: int, wanted: Concerning) -> list[Revision]:
        """By the same index; the server leaves out the other rows."""
        pipeline: list[Document] = [
            {"$match": {"tenant": tenant, "revision": {"$gt": after, "$lte": until}, "$or": _with_wanted(wanted)}},
            {"$sort": {"revision": 1}},
            {"$project": _wanted_rows(wanted)},
        ]
        async with translated_errors():
            found = await aggregate(self._records, pipeline)
        return [read_revision(document) for document in found]

    async def revision_at(self, tenant: str, at: datetime) -> int:
        """From the latest revision backwards, in the index alone."""
        async with translated_errors():
            found = await self._records.find(*made_by(tenant, at)).sort("revision", DESCENDING).to_list(1)
        return int(found[0]["revision"]) if found else 0

    async def snapshot(self, tenant: str, until: int) -> CatalogSnapshot | None:
        """One `find` for its head, and one for its parts."""
        return await self._snapshots.latest(tenant, until)

    async def keep(self, snapshot: CatalogSnapshot) -> None:
        """Part by part, then its head."""
        await self._snapshots.keep(snapshot)


_VERSION: Document = {"$ifNull": [f"${VERSION}", BEFORE_VERSIONS]}


def _with_wanted(wanted: Concerning) -> list[Document]:
    """Filters for revisions that have some of the wanted rows; one of them is enough."""
    offering_ids, price_ids = sorted(wanted.offering_ids), sorted(wanted.price_ids)
    by_ids: list[Document] = [
        {"offerings.id": {"$in": offering_ids}},
        {"prices.offeringId": {"$in": offering_ids}},
        {"prices.id": {"$in": price_ids}},
    ]
    return [*by_ids, *({kind: {"$exists": True}} for kind in wanted.kinds)]


def _wanted_rows(wanted: Concerning) -> Document:
    """The fields of a revision, with the wanted rows only; ids are literals, whatever they look like."""
    offering_ids, price_ids = {"$literal": sorted(wanted.offering_ids)}, {"$literal": sorted(wanted.price_ids)}
    of_offering: Document = {"$in": ["$$row.id", offering_ids]}
    of_price: Document = {"$or": [{"$in": ["$$row.offeringId", offering_ids]}, {"$in": ["$$row.id", price_ids]}]}
    return {
        **dict.fromkeys((VERSION, "tenant", "revision", "at", "commandId", "bodyHash", "token", *wanted.kinds), 1),
        "offerings": {"$filter": {"input": {"$ifNull": ["$offerings", []]}, "as": "row", "cond": of_offering}},
        "prices": {"$filter": {"input": {"$ifNull": ["$prices", []]}, "as": "row", "cond": of_price}},
    }


def made_by(tenant: str, at: datetime) -> tuple[Document, Document]:
    """The filter for the revisions that were made by that time, and the fields of the answer."""
    return {"tenant": tenant, "revision": {"$gt": 0}, "at": {"$lte": at}}, {"_id": 0, "revision": 1}


def newer_than(known: Mapping[str, int]) -> Document:
    """The filter for all revisions later than the known one of each tenant; other records lack the field."""
    return {"$or": [{"tenant": tenant, "revision": {"$gt": revision}} for tenant, revision in known.items()]}
