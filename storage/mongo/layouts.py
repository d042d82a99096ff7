"""Layouts of partitions in MongoDB: one document for each prefix of AMQP names."""

from pymongo.errors import DuplicateKeyError

from storage.layout import Layout, Phase
from storage.mongo.driver import Collection
from storage.mongo.errors import translated_errors
from storage.mongo.forms import LAYOUT


class MongoLayouts:
    """`Layouts` on MongoDB."""

    def __init__(self, collection: Collection) -> None:
        self._layouts = collection

    async def read(self, prefix: str) -> Layout | None:
        """By the prefix."""
        async with translated_errors():
            found = await self._layouts.find_one({"_id": prefix})
        if found is None:
            return None
        LAYOUT.check(found)
        return Layout(found["revision"], found["partitions"], Phase(found["phase"]), found["following"])

    async def write(self, prefix: str, layout: Layout) -> bool:
        """Compare the revision and set; the first one is inserted."""
        document = {
            **LAYOUT.mark,
            "revision": layout.revision,
            "partitions": layout.partitions,
            "phase": layout.phase.value,
            "following": layout.following,
        }
        before = {"_id": prefix, "revision": layout.revision - 1}
        try:
            async with translated_errors():
                result = await self._layouts.replace_one(before, document, upsert=layout.revision == 1)
        except DuplicateKeyError:
            return False
        return bool(result.matched_count or result.upserted_id is not None)
