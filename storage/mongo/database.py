"""The MongoDB store: one client with majority and journal on every write, and the indexes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bson import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection
from pymongo import ASCENDING, DESCENDING, IndexModel, ReadPreference, WriteConcern
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    WTimeoutError,
)
from pymongo.read_concern import ReadConcern

from storage.records import StorageUnavailable

Collection = AsyncIOMotorCollection[dict[str, Any]]
DUPLICATE_KEY = 11000

CART_INDEXES = [
    IndexModel([("tenant", ASCENDING), ("lookup", ASCENDING)], name="by-key"),
    IndexModel([("stamp.run", ASCENDING), ("stamp.group", ASCENDING)], name="by-commit"),
    IndexModel([("purgeAt", ASCENDING)], name="purge-tombstones", expireAfterSeconds=0, sparse=True),
]
JOURNAL_INDEXES = [
    IndexModel([("tenant", ASCENDING), ("cartId", ASCENDING), ("version", ASCENDING)], name="by-cart"),
]
CATALOG_INDEXES = [
    IndexModel(
        [("tenant", ASCENDING), ("revision", DESCENDING)],
        name="by-revision",
        unique=True,
        # Of the commands that made no revision there may be many.
        partialFilterExpression={"revision": {"$exists": True}},
    ),
    IndexModel([("tenant", ASCENDING), ("commandId", ASCENDING)], name="by-command", unique=True),
]
BUDGET_INDEXES = [IndexModel([("holders.since", ASCENDING)], name="by-doubt")]


class Database:
    """One database of a MongoDB deployment, with the durability that all of storage uses."""

    def __init__(self, url: str, name: str, *, timeout: float) -> None:
        milliseconds = int(timeout * 1000)
        self._client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
            url,
            tz_aware=True,
            timeoutMS=milliseconds,
            serverSelectionTimeoutMS=milliseconds,
            connectTimeoutMS=milliseconds,
            # A server that answered "not primary" is asked again this often; by default that takes ten seconds.
            heartbeatFrequencyMS=1000,
            maxPoolSize=20,
            appname="cartwright",
        )
        self._database = self._client.get_database(
            name,
            codec_options=CodecOptions(tz_aware=True),
            read_preference=ReadPreference.PRIMARY,
            write_concern=WriteConcern("majority", j=True),
            read_concern=ReadConcern("majority"),
        )

    def collection(self, name: str) -> Collection:
        """One collection."""
        return self._database.get_collection(name)

    async def create_indexes(self) -> None:
        """Create every index that is missing."""
        async with translated_errors():
            await self.collection("carts").create_indexes(CART_INDEXES)
            await self.collection("journal").create_indexes(JOURNAL_INDEXES)
            await self.collection("catalog").create_indexes(CATALOG_INDEXES)
            await self.collection("budgets").create_indexes(BUDGET_INDEXES)

    async def close(self) -> None:
        """Close all connections."""
        self._client.close()


@asynccontextmanager
async def translated_errors() -> AsyncIterator[None]:
    """Turn what may pass (no primary, no answer, not in time) into `StorageUnavailable`; let the rest through."""
    try:
        yield
    except BulkWriteError:
        raise
    except PyMongoError as error:
        if _passing(error):
            raise StorageUnavailable(f"{type(error).__name__}") from error
        raise


def _passing(error: PyMongoError) -> bool:
    if isinstance(error, ConnectionFailure | ExecutionTimeout | WTimeoutError) or error.timeout:
        return True
    return isinstance(error, OperationFailure) and (error.code in TRANSIENT_CODES or "concern" in str(error))


TRANSIENT_CODES = frozenset({6, 7, 64, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436})
"""Server codes of a replica set in motion (MongoDB, "Error Codes"): retryable, and write concern not met (64)."""
