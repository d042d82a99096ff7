"""What a round of the inspection looks at, in which order, and when it ends."""

from typing import Any

from workers.broker.inspection import Inspection
from workers.broker.topology import Topology
from workers.settings import Settings

TOPOLOGY = Topology(Settings(partitions=20))


class Channel:
    """A broker where everything is there."""

    def __init__(self) -> None:
        self.closed = 0

    async def open(self) -> Any:
        return self

    async def close(self) -> None:
        self.closed += 1

    async def queue_declare(self, *_: object, **__: object) -> Any:
        return self

    async def exchange_declare(self, *_: object, **__: object) -> None: ...

    async def queue_bind(self, *_: object) -> None: ...

    async def exchange_bind(self, *_: object) -> None: ...

    message_count = 7


async def test_a_queue_that_is_asked_for_comes_first_and_all_have_their_turn() -> None:
    inspection, channel, last = Inspection(), Channel(), TOPOLOGY.partition(19)
    seen = [[each async for each in inspection.round(channel.open, TOPOLOGY, lambda: True, [last])] for _ in range(3)]
    assert [each[0] for each in seen] == [last] * 3
    names = {*(each.name for each in TOPOLOGY.queues()), *(each.name for each in TOPOLOGY.exchanges())}
    assert {name for each in seen for name in each} == names
    assert len(seen[0]) < len(names)
    assert inspection.messages[last] == 7
    assert channel.closed == 3


async def test_a_round_ends_when_its_layout_is_too_old() -> None:
    """Nobody may declare ways to partitions by a layout that may be another one by now."""
    inspection, channel, fresh = Inspection(), Channel(), iter([True, True, False])
    seen = [each async for each in inspection.round(channel.open, TOPOLOGY, lambda: next(fresh))]
    assert len(seen) == 2
    assert channel.closed == 1
