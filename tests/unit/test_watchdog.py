"""A stall: something waits, nothing is finished, and nobody knows why."""

import asyncio

import pytest

from workers.watchdog import Vitals, Watchdog

SECONDS = 0.1


class Patient:
    """What the watchdog reads, and whether it has called."""

    def __init__(self) -> None:
        self.vitals = Vitals(finished=5, waiting=1, explained=False)
        self.finishing = False
        self.called = False

    def read(self) -> Vitals:
        if self.finishing:
            self.vitals = Vitals(self.vitals.finished + 1, self.vitals.waiting, self.vitals.explained)
        return self.vitals

    def call(self) -> None:
        self.called = True


async def test_waiting_without_finishing_is_a_stall() -> None:
    patient = Patient()
    watchdog = Watchdog(SECONDS, patient.read, patient.call)
    async with asyncio.timeout(5):
        await watchdog.run()
    assert watchdog.stalled
    assert patient.called


@pytest.mark.parametrize("why_not", ["nothing waits", "it is explained", "something is finished"])
async def test_no_stall(why_not: str) -> None:
    patient = Patient()
    patient.vitals = Vitals(5, int(why_not != "nothing waits"), why_not == "it is explained")
    patient.finishing = why_not == "something is finished"
    watchdog = Watchdog(SECONDS, patient.read, patient.call)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(5 * SECONDS):
            await watchdog.run()
    assert not watchdog.stalled
    patient.vitals, patient.finishing = Vitals(5, 1, explained=False), False
    async with asyncio.timeout(5):
        await watchdog.run()
    assert patient.called
