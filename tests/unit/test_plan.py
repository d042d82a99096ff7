"""The plan of a worker: it declares ways to partitions only while it knows that the layout is what it believes."""

import asyncio

import pytest

from storage.layout import Layout, Phase
from workers.broker import plan as plans
from workers.broker.plan import Plan, loop_time
from workers.broker.topology import INTERIM, Topology
from workers.settings import Settings

SETTINGS = Settings(prefix="shop", partitions=3)


def ways(topology: Topology) -> set[str]:
    """What commands go to by the bindings of a topology."""
    parts = [*topology.exchanges(), *topology.queues()]
    sources = {topology.commands, topology.partitioner}
    return {each.name for each in parts for binding in each.bindings if binding.exchange in sources}


def queues(topology: Topology) -> list[str]:
    return [each.name for each in topology.queues() if each.name.startswith("shop.commands")]


async def declared(plan: Plan) -> Topology:
    async with plan.held() as topology:
        return topology


async def test_no_way_is_declared_unless_the_layout_was_confirmed_lately(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan(SETTINGS)
    assert ways(await declared(plan)) == set()
    plan.confirm(loop_time())
    assert ways(await declared(plan)) == {"shop.commands.partitioner", *(f"shop.commands.{n}" for n in range(3))}
    monkeypatch.setattr(plans, "FRESH_SECONDS", 0.0)
    assert ways(await declared(plan)) == set()
    assert queues(await declared(plan)) == [f"shop.commands.{number}" for number in range(3)]


async def test_another_layout_has_to_be_confirmed_too() -> None:
    plan = Plan(SETTINGS)
    plan.confirm(loop_time())
    await plan.adopt(Layout(1, 2))
    assert (plan.revision, plan.topology.count) == (1, 2)
    assert ways(await declared(plan)) == set()


async def test_a_layout_is_not_replaced_while_it_is_declared() -> None:
    plan = Plan(SETTINGS)
    async with plan.held() as topology:
        adopting = asyncio.create_task(plan.adopt(Layout(1, 2)))
        await asyncio.sleep(0.01)
        assert plan.topology.count == topology.count == 3
    await adopting
    assert plan.topology.count == 2


@pytest.mark.parametrize(
    ("phase", "consumed"),
    [
        (Phase.STABLE, (0, 1)),
        (Phase.PREPARING, (0, 1)),
        (Phase.LEAVING, (0, 1)),
        (Phase.LEFT, ()),
        (Phase.REBUILDING, (INTERIM,)),
        (Phase.ENTERING, (INTERIM,)),
        (Phase.ENTERED, ()),
    ],
)
def test_what_is_consumed_in_each_phase(phase: Phase, consumed: tuple[int, ...]) -> None:
    topology = Topology(SETTINGS, Layout(5, 2, phase, 4))
    assert topology.consumed == consumed
    assert queues(topology) == [topology.partition(number) for number in consumed]
    assert bool(ways(topology)) is (phase is Phase.STABLE)
