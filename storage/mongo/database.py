"""The MongoDB store: one client, the indexes, and which errors mean that the database is unavailable."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WTimeoutError,
)

from storage.mongo.driver import Collection, Driver, close_client, open_client, open_database
from storage.records import StorageRefused, StorageUnavailable

DUPLICATE_KEY = 11000
INDEX_NOT_FOUND = 27
LIVE_KEYS = "liveKeys"
"""The field of a cart that holds the keys which belong to it alone."""
IDLE_SINCE = "idleSince"
"""The field of a cart that expires when nobody changes it: when somebody did."""

CART_INDEXES = [
    IndexModel(
        # Many carts may have one key: the newest are found without looking at the others.
        [("tenant", ASCENDING), ("lookup", ASCENDING), ("created.at", DESCENDING), ("_id", DESCENDING)],
        name="by-key-and-creation",
    ),
    IndexModel([("stamp.run", ASCENDING), ("stamp.group", ASCENDING)], name="by-commit"),
    IndexModel(
        [("tenant", ASCENDING), (LIVE_KEYS, ASCENDING)],
        name="by-live-key",
        unique=True,
        # Most carts have none, nor do those that were stored before there was this field.
        partialFilterExpression={LIVE_KEYS: {"$exists": True}},
    ),
    IndexModel(
        [("purgeAt", ASCENDING), ("_id", ASCENDING)],
        name="by-purge",
        partialFilterExpression={"purgeAt": {"$exists": True}},
    ),
    IndexModel(
        [("status", ASCENDING), ("suppressAt", ASCENDING)],
        name="by-suppression",
        partialFilterExpression={"suppressAt": {"$exists": True}},
    ),
    IndexModel(
        [("tenant", ASCENDING), (IDLE_SINCE, ASCENDING)],
        name="by-idleness",
        partialFilterExpression={IDLE_SINCE: {"$exists": True}},
    ),
    IndexModel(
        # Jobs walk all carts by it, and read nothing else.
        [("tenant", ASCENDING), ("status", ASCENDING), ("_id", ASCENDING), ("created.at", ASCENDING)],
        name="by-status-and-id",
    ),
    IndexModel([("tenant", ASCENDING), ("header.customer.id", ASCENDING), ("_id", ASCENDING)], name="by-customer"),
    IndexModel([("tenant", ASCENDING), ("created.at", ASCENDING), ("_id", ASCENDING)], name="by-creation"),
    IndexModel([("tenant", ASCENDING), ("updated.at", DESCENDING), ("_id", ASCENDING)], name="by-latest-update"),
    IndexModel([("tenant", ASCENDING), ("items.offeringId", ASCENDING), ("_id", ASCENDING)], name="by-offering"),
]
JOURNAL_INDEXES = [
    IndexModel([("tenant", ASCENDING), ("cartId", ASCENDING), ("version", ASCENDING)], name="by-cart"),
    IndexModel([("at", ASCENDING), ("tenant", ASCENDING), ("cartId", ASCENDING)], name="by-time"),
]
CATALOG_INDEXES = [
    IndexModel(
        [("tenant", ASCENDING), ("revision", DESCENDING)],
        name="by-revision",
        unique=True,
        # Many commands may have made no revision.
        partialFilterExpression={"revision": {"$exists": True}},
    ),
    IndexModel(
        [("tenant", ASCENDING), ("revision", DESCENDING), ("at", ASCENDING)],
        name="by-time",
        partialFilterExpression={"revision": {"$exists": True}},
    ),
    IndexModel([("tenant", ASCENDING), ("commandId", ASCENDING)], name="by-command", unique=True),
    IndexModel(
        [("tenant", ASCENDING), ("revision", DESCENDING)],
        name="by-configuration",
        partialFilterExpression={"configuration": {"$exists": True}},
    ),
]
SNAPSHOT_INDEXES = [
    IndexModel(
        [("tenant", ASCENDING), ("revision", DESCENDING)],
        name="by-revision",
        # Only heads; there are many more parts.
        partialFilterExpression={"revision": {"$exists": True}},
    )
]
BUDGET_INDEXES = [IndexModel([("holders.since", ASCENDING)], name="by-doubt")]
RUN_INDEXES = [
    IndexModel([("closed", ASCENDING), ("seenAt", ASCENDING)], name="by-end"),
    IndexModel(
        [("seenAt", ASCENDING)],
        name="purge-closed",
        expireAfterSeconds=24 * 60 * 60,
        partialFilterExpression={"closed": True},
    ),
]
JOB_INDEXES = [
    IndexModel([("tenant", ASCENDING), ("created.at", DESCENDING), ("_id", DESCENDING)], name="by-creation"),
    IndexModel([("open", ASCENDING)], name="by-open", partialFilterExpression={"open": True}),
]
CHUNK_INDEXES = [IndexModel([("job", ASCENDING), ("done", ASCENDING), ("number", ASCENDING)], name="by-job")]
INDEXES = {
    "carts": CART_INDEXES,
    "journal": JOURNAL_INDEXES,
    "catalog": CATALOG_INDEXES,
    "snapshots": SNAPSHOT_INDEXES,
    "budgets": BUDGET_INDEXES,
    "runs": RUN_INDEXES,
    "jobs": JOB_INDEXES,
    "chunks": CHUNK_INDEXES,
}
"""The indexes of every collection; a worker creates those that are missing."""
FORMER_INDEXES = {"carts": ["purge-tombstones", "by-update", "by-status", "by-key"]}
"""Indexes of earlier releases that must go: one let the server remove deleted carts, ids and all; by another one the
carts updated last came with their ids in descending order; the last two did not have the time of creation."""


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


@asynccontextmanager
async def translated_errors() -> AsyncIterator[None]:
    """Turn temporary errors (no primary, no answer, timeout) into `StorageUnavailable`; let the rest through.

    A login or command that is not allowed becomes `StorageRefused`.
    """
    try:
        yield
    except BulkWriteError:
        raise
    except PyMongoError as error:
        if _passing(error):
            raise StorageUnavailable(_reason(error)) from error
        if isinstance(error, OperationFailure) and error.code in REFUSALS:
            raise StorageRefused(_refusal(error)) from error
        raise


def _reason(error: PyMongoError) -> str:
    """What happened; why, in the driver's words, if no server could be reached at all."""
    if not isinstance(error, ServerSelectionTimeoutError):
        return type(error).__name__
    return f"{type(error).__name__}: {_ASIDE.split(str(error), maxsplit=1)[0]}"


def _refusal(error: OperationFailure) -> str:
    """The server's words, without the command, which may hold data."""
    said = str((error.details or {}).get("errmsg", ""))
    allowed_for, _, command = said.partition(" to execute command ")
    name = re.match(r"\{ (\w+)", command)
    return f"{REFUSALS[error.code or 0]}: {allowed_for}" + (f" to execute {name[1]}" if name else "")


def _passing(error: PyMongoError) -> bool:
    if isinstance(error, ConnectionFailure | ExecutionTimeout | WTimeoutError) or error.timeout:
        return True
    return isinstance(error, OperationFailure) and (error.code in TRANSIENT_CODES or "concern" in str(error))


REFUSALS = {13: "not authorized", 18: "the login failed", 8000: "the login failed"}
"""Server codes of what is not allowed."""
_ASIDE = re.compile(r" \(configured timeouts|, Timeout: ")
TRANSIENT_CODES = frozenset({6, 7, 64, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436})
"""Server codes while a replica set changes (MongoDB, "Error Codes"): retryable, and write concern not met (64)."""
