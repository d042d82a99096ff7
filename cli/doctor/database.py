"""Checks the database: reachable, writable, indexed, with a clock like ours."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from cli.doctor.finding import Finding
from cli.store import opened_store
from storage.layout import Layout
from storage.mongo.diagnosis import diagnose
from storage.records import StorageRefused, StorageUnavailable
from workers.settings import Settings

_LARGEST_SKEW_SECONDS = 2.0


async def stored_layout(settings: Settings) -> Layout | None:
    """The layout of partitions; none if the database can't be reached, or no worker has run yet."""
    try:
        async with opened_store(settings) as store:
            return await store.layouts.read(settings.prefix)
    except (StorageUnavailable, StorageRefused):
        return None


async def database_findings(settings: Settings) -> AsyncIterator[Finding]:
    """Check the database of these settings."""
    asked = datetime.now(UTC)
    try:
        seen = await diagnose(
            settings.mongo_url.get_secret_value(),
            settings.database,
            seconds=settings.storage_timeout,
            driver=settings.mongo_driver,
        )
    except (StorageUnavailable, StorageRefused) as error:
        yield Finding("database", ok=False, detail=f"not reachable: {error}")
        return
    answered = datetime.now(UTC)
    yield Finding("database", ok=True, detail="reachable")
    if seen.replica_set is None:
        detail = "no replica set: majority writes and reads need one; run rs.initiate()"
    else:
        detail = f"{seen.replica_set}, {'primary is writable' if seen.writable else 'no writable primary'}"
    yield Finding("replica set", ok=seen.replica_set is not None and seen.writable, detail=detail)
    missing = ", ".join(seen.missing_indexes)
    yield Finding(
        "indexes", ok=not missing, detail=f"missing: {missing}; a worker creates them" if missing else "all there"
    )
    # The server read its clock somewhere between the question and the answer.
    skew = max((asked - seen.clock).total_seconds(), (seen.clock - answered).total_seconds(), 0.0)
    yield Finding(
        "clock", ok=skew <= _LARGEST_SKEW_SECONDS, detail=f"differs from the database's by {skew:.1f} s at least"
    )
