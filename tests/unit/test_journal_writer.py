"""What is committed gets into the journal: few entries together, many at once, none never."""

import asyncio
from collections.abc import Sequence

import pytest

from storage.memory.journal import MemoryJournal
from storage.records import Entry, StorageRefused, StorageUnavailable
from support.records import entry
from workers.settle import journal_writer
from workers.settle.journal_writer import ENOUGH, JournalWriter


class WatchedJournal(MemoryJournal):
    """Remembers its inserts; fails as often as it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.inserts: list[list[str]] = []
        self.failures = 0
        self.failure: Exception = StorageUnavailable("down")

    async def append(self, entries: Sequence[Entry]) -> None:
        if self.failures:
            self.failures -= 1
            raise self.failure
        self.inserts.append([each.command_id for each in entries])
        await super().append(entries)


@pytest.fixture
def journal() -> WatchedJournal:
    return WatchedJournal()


async def test_few_entries_are_written_together(journal: WatchedJournal) -> None:
    writer = JournalWriter(journal)
    await asyncio.gather(*(writer.write_soon([entry(f"m-{number}", number)]) for number in (1, 2, 3)))
    await writer.write_soon([entry("m-4", 4)])
    assert journal.inserts == [["m-1", "m-2", "m-3"], ["m-4"]]


async def test_many_entries_wait_for_nobody(journal: WatchedJournal) -> None:
    writer = JournalWriter(journal)
    few = asyncio.create_task(writer.write_soon([entry("m-0", 1)]))
    await asyncio.sleep(0)
    await writer.write_soon([entry(f"m-{number}", number) for number in range(1, ENOUGH + 1)])
    assert [len(each) for each in journal.inserts] == [ENOUGH]
    await few
    assert [len(each) for each in journal.inserts] == [ENOUGH, 1]


async def test_an_entry_is_known_until_it_is_written(journal: WatchedJournal) -> None:
    writer, own = JournalWriter(journal), entry("m-1", 1)
    writing = asyncio.create_task(writer.write_soon([own]))
    await asyncio.sleep(0)
    assert writer.unwritten([own.key, entry("m-2", 2).key]) == {own.key: own}
    await writing
    assert writer.unwritten([own.key]) == {}
    assert journal.entries == {own.key: own}


@pytest.mark.parametrize("failure", [StorageUnavailable("down"), StorageRefused("over quota"), ValueError("odd")])
async def test_it_is_tried_until_it_is_written(
    journal: WatchedJournal, failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_writer, "RETRY_PAUSE", 0)
    journal.failure = failure
    journal.failures = 3
    await JournalWriter(journal).write_soon([entry("m-1", 1)])
    assert journal.inserts == [["m-1"]]


async def test_who_stops_waiting_takes_nobody_along(journal: WatchedJournal) -> None:
    writer = JournalWriter(journal)
    impatient, patient = (asyncio.create_task(writer.write_soon([entry(name, 1)])) for name in ("m-1", "m-2"))
    await asyncio.sleep(0)
    impatient.cancel()
    await patient
    assert impatient.cancelled()
    assert journal.inserts == [["m-1", "m-2"]]
