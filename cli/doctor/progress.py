"""Checks progress: every partition has an owner that works, and every queue gets shorter."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from cli.doctor.finding import Finding
from cli.store import live_runs, opened_store, owner_of
from storage.mongo.store import MongoStore
from storage.records import Run, StorageRefused, StorageUnavailable
from workers.amqp.answering import LOST
from workers.broker.asking import asking, waiting
from workers.broker.locks import is_locked
from workers.broker.topology import Topology
from workers.settings import Settings

BETWEEN_LOOKS = 4.0
"""Seconds. A worker records itself every second, and a command that is tried again in place takes a few."""


@dataclass(frozen=True, slots=True)
class Look:
    """A snapshot: commands that wait in each partition's queue, owners' locks, and live workers."""

    waiting: Mapping[int, int]
    locked: frozenset[int]
    runs: Mapping[str, Run]

    def owner(self, partition: int) -> Run | None:
        """The live worker that says that it owns a partition."""
        return owner_of(partition, self.runs.values())


async def progress_findings(settings: Settings) -> AsyncIterator[Finding]:
    """Look twice, if anything waits; no findings if the broker or database can't be reached."""
    try:
        async with opened_store(settings) as store:
            first = await _look(store, settings)
            if not any(first.waiting.values()) and not any(run.waiting for run in first.runs.values()):
                yield Finding("owners", ok=True, detail="no commands wait")
                yield Finding("progress", ok=True, detail="no commands wait")
                return
            await asyncio.sleep(BETWEEN_LOOKS)
            second = await _look(store, settings)
    except (*LOST, StorageUnavailable, StorageRefused):
        return
    for finding in (_owners(first, second), _progress(first, second)):
        yield finding


def _owners(first: Look, second: Look) -> Finding:
    """Partitions in which commands wait need a live owner that holds the lock; a lock needs an owner that is alive."""
    lost = {number: why for number, why in _ownerless(second).items() if number in _ownerless(first)}
    detail = "; ".join(f"partition {number}: {why}" for number, why in lost.items())
    return Finding("owners", ok=not lost, detail=detail or "every partition with commands has one")


def _ownerless(look: Look) -> dict[int, str]:
    found = {}
    for number, count in look.waiting.items():
        if number in look.locked and look.owner(number) is None:
            found[number] = "locked, but not by a live worker"
        elif count and number not in look.locked:
            found[number] = f"{count} commands wait, and no worker owns it"
    return found


def _progress(first: Look, second: Look) -> Finding:
    """A worker that holds commands in both looks must have finished some, as must the owner of a non-empty queue."""
    stuck = [
        f"worker {run.id} holds {run.waiting} commands and finished none"
        for run in second.runs.values()
        if _stuck(first.runs.get(run.id), run)
    ]
    stuck += [
        f"queue of partition {number}: {count} commands wait and none was finished"
        for number, count in second.waiting.items()
        if count >= first.waiting.get(number, 0) > 0 and _idle(first, second, number)
    ]
    return Finding("progress", ok=not stuck, detail="; ".join(stuck) or "commands wait and are worked on")


def _stuck(before: Run | None, after: Run) -> bool:
    return before is not None and before.waiting > 0 < after.waiting and before.finished == after.finished


def _idle(first: Look, second: Look, partition: int) -> bool:
    owner = second.owner(partition)
    before = first.runs.get(owner.id) if owner else None
    return owner is None or (before is not None and before.finished == owner.finished)


async def _look(store: MongoStore, settings: Settings) -> Look:
    topology = Topology(settings, await store.layouts.read(settings.prefix))
    numbers = topology.consumed
    runs = await live_runs(store)
    async with asking(settings.amqp_url.get_secret_value()) as open_channel:
        return Look(
            waiting={number: await waiting(open_channel, topology.partition(number)) or 0 for number in numbers},
            locked=frozenset([number for number in numbers if await is_locked(open_channel, topology.owner(number))]),
            runs={run.id: run for run in runs},
        )
