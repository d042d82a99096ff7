"""Whether a worker is ready, and whether it is alive, each with the reasons.

Ready: commands that come in now are worked on. Alive: it needs no restart; so a worker whose broker or database is
away is not ready, and alive.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from workers.metrics.readings import Phase, Readings

CONFIRM_SECONDS = 5.0
"""So long messages may wait without any confirm of the broker."""


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, whether it is as it should be, and what was seen."""

    check: str
    ok: bool
    detail: str


def readiness(now: Readings) -> tuple[Check, ...]:
    """All that a worker needs to work on commands."""
    return tuple(_ready(now))


def liveness(now: Readings) -> tuple[Check, ...]:
    """What only a restart helps against."""
    return _progress(now), _loop(now)


def _ready(now: Readings) -> Iterator[Check]:
    yield Check("worker", now.phase is Phase.RUNNING, now.phase.value)
    broker = now.broker
    lost = [name for name, connected in broker.connected.items() if not connected]
    yield Check("connections", not lost, f"not connected: {', '.join(lost)}" if lost else "all open")
    yield Check(
        "partitions",
        broker.consumed == broker.partitions,
        f"waits for {broker.consumed} of {broker.partitions}, owns {len(broker.owned)}"
        + (": a standby, for other workers own all partitions" if broker.standby else ""),
    )
    waits = f"{broker.unconfirmed} messages wait for the broker, which confirmed none for {broker.silent_for:.1f} s"
    silent = broker.silent_for > CONFIRM_SECONDS
    yield Check("confirms", not silent, waits if silent else "as messages are sent")
    yield _database(now)
    most = max(now.lag.values(), default=0)
    yield Check("lag", not now.most_lag or most <= now.most_lag, f"{most} commands wait in the longest queue")
    yield _progress(now)


def _database(now: Readings) -> Check:
    database = now.database
    if database.failure is not None:
        return Check("database", ok=False, detail=f"does not answer: {database.failure}")
    silent = database.silent_for > database.patience
    return Check("database", not silent, f"answered {database.silent_for:.1f} s ago")


def _progress(now: Readings) -> Check:
    if now.progress.failed:
        return Check("progress", ok=False, detail="a part of the worker has failed; it ends")
    if now.progress.stalled:
        return Check("progress", ok=False, detail="commands wait and none is finished; the worker ends")
    return Check("progress", ok=True, detail="nothing waits in vain")


def _loop(now: Readings) -> Check:
    silent = now.progress.loop_silent_for
    return Check("event loop", silent < now.progress.stall_seconds, f"looked {silent:.1f} s ago")
