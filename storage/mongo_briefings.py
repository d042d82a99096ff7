"""Journal and catalog asked at once: a round trip costs more than what is looked up in it."""

from collections.abc import Collection as Keys
from collections.abc import Mapping
from typing import Any

from cartwright.storage.encodings import command_document_id
from cartwright.storage.entry_documents import read_entry
from cartwright.storage.mongo import Collection, translated_errors
from cartwright.storage.mongo_catalog import newer_than
from cartwright.storage.records import Briefing, CommandKey
from cartwright.storage.revision_documents import read_revision


class MongoBriefings:
    """`Briefings` on MongoDB."""

    def __init__(self, revisions: Collection, journal: str) -> None:
        self._revisions = revisions
        self._journal = journal

    async def fetch(self, commands: Keys[CommandKey], revisions: Mapping[str, int]) -> Briefing:
        """One aggregation: the catalog's newer revisions, then, each under `entry`, the journal's entries."""
        pipeline: list[dict[str, Any]] = [{"$match": newer_than(revisions)}, {"$sort": {"revision": 1}}]
        if commands:
            ids = [command_document_id(key) for key in commands]
            entries = [{"$match": {"_id": {"$in": ids}}}, {"$replaceWith": {"entry": "$$ROOT"}}]
            pipeline.append({"$unionWith": {"coll": self._journal, "pipeline": entries}})
        async with translated_errors():
            found = await self._revisions.aggregate(pipeline).to_list(None)
        remembered = [read_entry(document["entry"]) for document in found if "entry" in document]
        newer = [read_revision(document) for document in found if "entry" not in document]
        return Briefing({entry.key: entry for entry in remembered}, newer)
