"""Carts, journal and catalog in one query: a round trip costs more than the look-ups in it."""

from collections.abc import Collection as Keys
from collections.abc import Mapping

from models.cart.forms import Document
from storage.mongo.carts import read_stored
from storage.mongo.catalog import newer_than
from storage.mongo.driver import Collection, aggregate
from storage.mongo.entry_documents import read_entry
from storage.mongo.errors import translated_errors
from storage.mongo.ids import cart_document_id, command_document_id
from storage.mongo.revision_documents import read_revision
from storage.records import REVISIONS_AT_ONCE, Briefing, CartKey, CommandKey

BATCH = 10_000
"""Documents in one server reply; the server itself stops at 16 MB."""


class MongoBriefings:
    """`Briefings` on MongoDB."""

    def __init__(self, carts: Collection, journal: str, catalog: str) -> None:
        self._carts = carts
        self._journal = journal
        self._catalog = catalog

    async def fetch(self, carts: Keys[CartKey], commands: Keys[CommandKey], revisions: Mapping[str, int]) -> Briefing:
        """One aggregation; the server reads all carts before it reads what is united with them."""
        pipeline: list[Document] = [{"$match": {"_id": {"$in": [cart_document_id(key) for key in carts]}}}]
        if commands:
            ids = [command_document_id(key) for key in commands]
            pipeline.append(_union(self._journal, "entry", [{"$match": {"_id": {"$in": ids}}}]))
        newer: list[Document] = [
            {"$match": newer_than(revisions)},
            {"$sort": {"revision": 1}},
            {"$limit": REVISIONS_AT_ONCE},
        ]
        pipeline.append(_union(self._catalog, "revision", newer))
        async with translated_errors():
            found = await aggregate(self._carts, pipeline, batch=BATCH)
        stored = [read_stored(each) for each in found if "entry" not in each and "revision" not in each]
        entries = [read_entry(each["entry"]) for each in found if "entry" in each]
        return Briefing(
            carts={each.key: each for each in stored},
            entries={each.key: each for each in entries},
            revisions=[read_revision(each["revision"]) for each in found if "revision" in each],
        )


def _union(collection: str, name: str, stages: list[Document]) -> Document:
    """The documents of another collection, each under this name."""
    return {"$unionWith": {"coll": collection, "pipeline": [*stages, {"$replaceWith": {name: "$$ROOT"}}]}}
