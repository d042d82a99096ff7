"""What the audit found, guarantee by guarantee."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from audit import GUARANTEES, History, Kept, audit, read_kept
from demo.record import Record
from storage.ports import Store

_SETTLE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one tenant saw during the day, and everything that the database holds about it."""

    history: History
    kept: Kept


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a guarantee holds: what was promised, what was compared, and what was found to be wrong."""

    name: str
    promise: str
    checked: str
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Nothing was found to be wrong."""
        return not self.faults


async def collect(store: Store, record: Record) -> list[Evidence]:
    """The evidence of every tenant of the day; raises `StorageUnavailable`."""
    return [Evidence(history, await _settled(store, history)) for history in record.histories.values()]


async def _settled(store: Store, history: History) -> Kept:
    """What is stored, once workers have settled it; events are published a moment before the journal is written."""
    kept = await read_kept(store, history)
    with suppress(TimeoutError):
        async with asyncio.timeout(_SETTLE_SECONDS):
            while not kept.settled:
                await asyncio.sleep(0.1)
                kept = await read_kept(store, history)
    return kept


def judge(evidence: Sequence[Evidence]) -> list[Verdict]:
    """A verdict on each guarantee, for all tenants together."""
    findings = [finding for each in evidence for finding in audit(each.history, each.kept)]
    checked = _checked(evidence)
    return [
        Verdict(
            name,
            promise,
            checked[name],
            tuple(f"{each.subject}: {each.message}" for each in findings if each.guarantee == name),
        )
        for name, promise in GUARANTEES.items()
    ]


def _checked(evidence: Sequence[Evidence]) -> dict[str, str]:
    """How much was compared for each guarantee."""
    commands = f"{sum(len(each.history.sent) for each in evidence):,} commands"
    journals = [journal for each in evidence for journal in each.kept.journals.values()]
    carts = f"{sum(len(each.kept.carts) for each in evidence):,} carts"
    versions = f"{sum(map(len, journals)):,} versions of {carts}"
    pairs = sum(sent.predicts is not None for each in evidence for sent in each.history.sent.values())
    events = f"{sum(len(each.history.events) for each in evidence):,} events"
    return {
        "G1": f"{commands}: replies, parking, database",
        "G2": f"{commands}, {versions}",
        "G3": versions,
        "G4": f"{events} against the journals",
        "G5": versions,
        "G6": f"{pairs:,} dry runs, each with the real run",
        "G7": f"{len(evidence)} tenants: replies, events, database",
        "G8": commands,
        "G9": carts,
    }
