"""Catalog commands in trouble: a worker that comes second, or gets no answer, tells the outcome that is stored."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from storage.memory.catalog import MemoryCatalog
from storage.records import CatalogRecord, CommandKey, StorageUnavailable
from support.deliveries import TENANT, command_delivery
from support.simulation import SimulatedWorker, stocked_store
from workers.amqp import Delivery

Incident = Callable[[], Awaitable[None]]


class DisturbedCatalog(MemoryCatalog):
    """A catalog in memory to which something happens once, before or after a record is appended."""

    def __init__(self, of: MemoryCatalog) -> None:
        super().__init__()
        self.revisions = of.revisions
        self.before: Incident | None = None
        self.after: Incident | None = None

    async def append(self, record: CatalogRecord) -> bool:
        await self._happen("before")
        appended = await super().append(record)
        await self._happen("after")
        return appended

    async def _happen(self, moment: str) -> None:
        incident = getattr(self, moment)
        if incident is not None:
            setattr(self, moment, None)
            await incident()


class Scene:
    """Workers on one store, with the shop's catalog at revision 1."""

    def __init__(self) -> None:
        self.store = stocked_store()
        self.catalog = self.store.catalog = DisturbedCatalog(self.store.catalog)

    async def work(self, *deliveries: Delivery) -> list[tuple[str, int]]:
        """What a new worker tells to these deliveries: status and revision."""
        worker = SimulatedWorker(self.store, f"run-{id(deliveries)}")
        for each in deliveries:
            worker.receive(each)
        await worker.drain()
        await worker.close()
        return [(reply["status"], reply["catalogRevision"]) for reply in worker.replies]

    def rival(self, *deliveries: Delivery) -> Incident:
        """Another worker that executes these deliveries."""

        async def execute() -> None:
            await self.work(*deliveries)

        return execute

    @property
    def names(self) -> list[Any]:
        """What the plan was called from revision to revision."""
        return [revision.rows.offerings[0].name for revision in self.catalog.revisions[TENANT]]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def plan_called(name: str, message_id: str) -> Delivery:
    return command_delivery(
        "upsert-offerings", None, {"offerings": [{"id": "plan", "name": name}]}, message_id=message_id
    )


SAME, FIRST, SECOND = plan_called("one", "m-same"), plan_called("one", "m-1"), plan_called("two", "m-2")


async def test_twice_in_a_group_is_a_duplicate(scene: Scene) -> None:
    told = await scene.work(FIRST, SAME, SAME, SECOND, SAME)
    assert told == [("applied", 2), ("unchanged", 2), ("duplicate", 2), ("applied", 3), ("duplicate", 2)]
    assert scene.names == ["Plan", "one", "two"]


async def test_what_another_worker_found_unchanged_is_not_applied(scene: Scene) -> None:
    """The other one found it so before the catalog changed, and says so only now."""
    await scene.work(FIRST, SAME)
    slow = scene.catalog.unchanged.pop(CommandKey(TENANT, "m-same"))
    await scene.work(SECOND)

    async def say_so() -> None:
        assert await scene.catalog.append(slow)

    scene.catalog.before = say_so
    assert await scene.work(SAME) == [("duplicate", 2)]
    assert scene.names == ["Plan", "one", "two"]


async def test_what_another_worker_applied_is_not_unchanged(scene: Scene) -> None:
    """Two workers get a command; one of them before another command that makes it a change again."""
    await scene.work(FIRST)
    scene.catalog.before = scene.rival(SECOND, SAME)
    assert await scene.work(SAME) == [("duplicate", 4)]
    assert scene.names == ["Plan", "one", "two", "one"]
    assert scene.catalog.unchanged == {}


async def test_a_duplicate_stays_one_when_its_group_is_folded_again(scene: Scene) -> None:
    await scene.work(FIRST)
    scene.catalog.before = scene.rival(SECOND)
    assert await scene.work(FIRST, plan_called("three", "m-3")) == [("duplicate", 2), ("applied", 4)]


async def test_an_unchanged_outcome_stays_one_when_its_group_is_folded_again(scene: Scene) -> None:
    await scene.work(FIRST)
    scene.catalog.after = scene.rival(SECOND)
    assert await scene.work(SAME, plan_called("three", "m-3")) == [("unchanged", 2), ("applied", 4)]
    assert scene.names == ["Plan", "one", "two", "three"]


async def test_without_an_answer_from_the_store_the_outcome_is_found_there(scene: Scene) -> None:
    async def no_answer() -> None:
        raise StorageUnavailable("after")

    await scene.work(FIRST)
    scene.catalog.after = no_answer
    assert await scene.work(SAME) == [("unchanged", 2)]  # by way of the retry queue, for nobody was told yet
    assert scene.names == ["Plan", "one"]
