"""The MongoDB store: one client, and its indexes on the server."""

from pymongo.errors import OperationFailure

from storage.mongo.driver import Collection, Driver, close_client, open_client, open_database
from storage.mongo.errors import translated_errors
from storage.mongo.indexes import FORMER_INDEXES, INDEXES

INDEX_NOT_FOUND = 27


class Database:
    """One database of a MongoDB deployment, with the durability that all of storage uses."""

    def __init__(self, url: str, name: str, *, timeout: float, driver: Driver) -> None:
        self._client = open_client(
            driver,
            url,
            timeout=timeout,
            tz_aware=True,
            # A server that answered "not primary" is asked again this often; the default is ten seconds.
            heartbeatFrequencyMS=1000,
            maxPoolSize=20,
            appname="cartwright",
        )
        self._database = open_database(self._client, name)

    def collection(self, name: str) -> Collection:
        """One collection."""
        return self._database.get_collection(name)

    async def create_indexes(self) -> None:
        """Create every index that is missing, and drop those that must go."""
        async with translated_errors():
            for name, former in FORMER_INDEXES.items():
                found = await self.collection(name).index_information()
                for each in found.keys() & set(former):
                    await self._drop_index(name, each)
            for name, indexes in INDEXES.items():
                await self.collection(name).create_indexes(indexes)

    async def _drop_index(self, collection: str, index: str) -> None:
        """Drop it, unless another worker was faster."""
        try:
            await self.collection(collection).drop_index(index)
        except OperationFailure as error:
            if error.code != INDEX_NOT_FOUND:
                raise

    async def close(self) -> None:
        """Close all connections."""
        await close_client(self._client)
