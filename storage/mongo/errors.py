"""What errors of the driver mean: the database is unavailable, it refuses us, or somebody was faster than we."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WTimeoutError,
)

from storage.records import StorageRefused, StorageUnavailable

DUPLICATE_KEY = 11000
REFUSALS = {13: "not authorized", 18: "the login failed", 8000: "the login failed"}
"""Server codes of what is not allowed."""
TRANSIENT_CODES = frozenset({6, 7, 64, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436})
"""Server codes while a replica set changes (MongoDB, "Error Codes"): retryable, and write concern not met (64)."""
_ASIDE = re.compile(r" \(configured timeouts|, Timeout: ")


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


def only_duplicates(operation: str, error: BulkWriteError) -> dict[int, Mapping[str, Any]]:
    """The writes of a bulk that met a duplicate key: what the server says of each, by its place in the bulk.

    Any other failure leaves the outcome unknown: raises `StorageUnavailable`, which names the operation.
    """
    details = error.details or {}
    failed = {each["index"]: each for each in details.get("writeErrors", [])}
    codes = {each["code"] for each in failed.values()}
    if details.get("writeConcernErrors") or codes - {DUPLICATE_KEY}:
        raise StorageUnavailable(f"{operation}: {sorted(codes)}") from error
    return failed


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
