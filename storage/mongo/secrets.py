"""Secrets in MongoDB: one document each, under its name."""

from storage.mongo.driver import Collection
from storage.mongo.errors import translated_errors
from storage.mongo.forms import SECRET


class MongoSecrets:
    """`Secrets` on MongoDB."""

    def __init__(self, collection: Collection) -> None:
        self._secrets = collection

    async def keep(self, name: str, proposed: bytes) -> bytes:
        """Insert it unless it is there, and read it."""
        async with translated_errors():
            # Of several inserts at once the server tries all but one again, and then they find the document.
            found = await self._secrets.find_one_and_update(
                {"_id": name}, {"$setOnInsert": {**SECRET.mark, "value": proposed}}, upsert=True, return_document=True
            )
        if found is None:
            raise LookupError(f"the database did not keep the secret {name}")
        SECRET.check(found)
        return bytes(found["value"])
