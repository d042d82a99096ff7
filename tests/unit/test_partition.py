"""One partition: nothing is worked on without its lock, what is older comes first, and the lock goes last."""

import asyncio
from collections.abc import Callable, Sequence
from math import inf
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiormq.abc import AbstractChannel
from aiormq.exceptions import ChannelLockedResource, ChannelNotFoundEntity

from support.deliveries import delivery
from workers.amqp import Broker, Delivery, Outcome, Outgoing
from workers.broker import partition, signs
from workers.broker.partition import Partition
from workers.broker.topology import Topology
from workers.settings import Settings


class FakeConsumer:
    """A consumer that is as idle as it is told to be."""

    def __init__(self) -> None:
        self.idle = self.consuming = True
        self.unacknowledged = 0
        self.renewed = 0

    async def cancel(self) -> None:
        self.consuming = False

    async def resume(self) -> None:
        self.consuming = True

    async def drained(self) -> None:
        while not self.idle:  # noqa: ASYNC110 (a poll is short and simple)
            await asyncio.sleep(0.005)

    async def renew(self) -> None:
        self.renewed += 1
        self.consuming = True


class FakeBroker:
    """A broker with one queue and one lock, that is somebody else's while `locked`.

    `served`: how many others consume the queue once we have left it; none if it is None, for the queue is gone then.
    `unknown`: it takes as long as a broker that does not know how many. `slow`: answers about the lock wait for it.
    `sent_before`: a delivery that comes before the next of them.
    """

    def __init__(self) -> None:
        self.locked = False
        self.held = False
        self.served: int | None = 0
        self.unknown = False
        self.slow: asyncio.Event | None = None
        self.sent_before: Delivery | None = None
        self.consumers = FakeConsumer()
        self.deliver: Callable[[Delivery], None] = lambda _: None

    def consumer(self, _queue: Any, on_delivery: Callable[[Delivery], None], **_: Any) -> FakeConsumer:
        self.deliver = on_delivery
        return self.consumers

    async def open_channel(self) -> AbstractChannel:
        return cast("AbstractChannel", cast("Any", self))

    async def queue_declare(self, name: str, *, exclusive: bool = False, passive: bool = False) -> Any:
        assert exclusive is (".owner." in name)
        assert passive is not exclusive
        if passive:
            if self.served is None:
                raise ChannelNotFoundEntity
            if self.unknown:
                await asyncio.sleep(0.25)
            return SimpleNamespace(message_count=0, consumer_count=self.served)
        if self.slow is not None:
            await self.slow.wait()
        if self.sent_before is not None:
            self.deliver(self.sent_before)
            self.sent_before = None
        if self.locked:
            raise ChannelLockedResource
        self.held = True
        return None

    async def queue_delete(self, _name: str) -> None:
        self.held = False

    async def close(self) -> None:
        """Locks outlive the channel."""


class Scene:
    """A partition, its broker, and what came through."""

    def __init__(self) -> None:
        self.broker = FakeBroker()
        self.received: list[int] = []
        self.sent: list[Outgoing] = []
        self.lost = 0
        broker = cast("Broker", cast("Any", self.broker))
        self.partition = Partition(0, Topology(Settings()), broker, self._send, self._receive, self._lose)

    async def _send(self, messages: Sequence[Outgoing]) -> Sequence[Outcome]:
        self.sent += messages
        return [Outcome.CONFIRMED for _ in messages]

    def _receive(self, each: Delivery) -> None:
        self.received.append(each.delivery_tag)

    def _lose(self) -> None:
        self.lost += 1

    def deliver(self, tag: int, *, redelivered: bool = False) -> None:
        self.broker.deliver(delivery(delivery_tag=tag, redelivered=redelivered))

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(5):
            while not condition():  # noqa: ASYNC110 (a poll is short and simple)
                await asyncio.sleep(0.005)

    async def owned(self) -> None:
        """Own the partition, after a first delivery."""
        self.deliver(1)
        await self.until(lambda: self.partition.owned)


@pytest.fixture
async def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(partition, "RETURN_SECONDS", 0.0)
    return Scene()


async def test_what_comes_waits_for_the_lock(scene: Scene) -> None:
    scene.broker.locked = True
    scene.deliver(1)
    scene.deliver(2)
    await asyncio.sleep(0.1)
    assert scene.received == []
    assert not scene.partition.owned
    scene.broker.locked = False
    await scene.until(lambda: scene.received)
    scene.deliver(3)
    assert scene.received == [1, 2, 3]


async def test_what_the_former_owner_had_comes_first(scene: Scene) -> None:
    scene.broker.locked = True
    for tag, redelivered in ((1, False), (2, False), (3, True), (4, True)):
        scene.deliver(tag, redelivered=redelivered)
    scene.broker.locked = False
    await scene.until(lambda: scene.received)
    assert scene.received == [3, 4, 1, 2]


async def test_the_lock_is_held_until_everything_is_settled_and_then_given_up(scene: Scene) -> None:
    await scene.owned()
    scene.broker.consumers.idle = False
    leaving = asyncio.create_task(scene.partition.leave())
    await asyncio.sleep(0.1)
    assert scene.broker.held
    scene.broker.consumers.idle = True
    async with asyncio.timeout(5):
        await leaving
    assert not scene.broker.held
    assert not scene.partition.owned


@pytest.mark.parametrize("unknown", [False, True])
async def test_the_lock_stays_a_moment_longer_where_another_worker_is_served_or_may_be(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, unknown: bool
) -> None:
    await scene.owned()
    monkeypatch.setattr(partition, "RETURN_SECONDS", 3600.0)
    scene.broker.served, scene.broker.unknown = int(not unknown), unknown
    leaving = asyncio.create_task(scene.partition.leave())
    await asyncio.sleep(0.5)
    assert scene.broker.held
    leaving.cancel()


@pytest.mark.parametrize("served", [0, None])
async def test_nobody_waits_for_a_worker_that_does_not_come(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, served: int | None
) -> None:
    await scene.owned()
    monkeypatch.setattr(partition, "RETURN_SECONDS", 3600.0)
    monkeypatch.setattr(partition, "KNOWN_SECONDS", 5.0)  # this machine may be slow
    scene.broker.served = served
    async with asyncio.timeout(5):
        await scene.partition.leave()
    assert not scene.broker.held


async def test_who_comes_back_gives_the_broker_time_to_requeue_even_if_nobody_else_waits(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.owned()
    monkeypatch.setattr(partition, "RETURN_SECONDS", 0.3)
    handing = asyncio.create_task(scene.partition.hand_over())
    await asyncio.sleep(0.1)
    assert scene.broker.held
    assert not scene.broker.consumers.consuming
    await handing
    assert scene.broker.consumers.consuming


async def test_a_check_of_the_lock_does_not_give_it_away_while_we_leave(scene: Scene) -> None:
    await scene.owned()
    scene.broker.consumers.idle = False
    scene.broker.slow = asyncio.Event()
    checking = asyncio.create_task(scene.partition.keep_lock())
    await asyncio.sleep(0.01)
    leaving = asyncio.create_task(scene.partition.leave())
    await asyncio.sleep(0.01)
    scene.broker.slow.set()
    await checking
    assert scene.broker.held
    scene.broker.consumers.idle = True
    async with asyncio.timeout(5):
        await leaving
    assert not scene.broker.held


async def test_a_check_of_the_lock_does_not_take_it_back_once_it_is_released(scene: Scene) -> None:
    await scene.owned()
    scene.broker.slow = asyncio.Event()
    checking = asyncio.create_task(scene.partition.keep_lock())
    await asyncio.sleep(0.01)
    leaving = asyncio.create_task(scene.partition.leave())
    await asyncio.sleep(0.01)
    scene.broker.slow.set()
    async with asyncio.timeout(5):
        await asyncio.gather(checking, leaving)
    assert not scene.broker.held
    await scene.partition.keep_lock()
    assert not scene.broker.held


async def test_a_stop_waits_until_a_hand_over_is_done(scene: Scene) -> None:
    await scene.owned()
    scene.broker.consumers.idle = False
    handing = asyncio.create_task(scene.partition.hand_over())
    await asyncio.sleep(0.01)
    leaving = asyncio.create_task(scene.partition.leave())
    await asyncio.sleep(0.01)
    scene.broker.consumers.idle = True
    async with asyncio.timeout(5):
        await asyncio.gather(handing, leaving)
    assert not scene.broker.consumers.consuming


async def test_what_was_left_is_not_handed_over_and_so_not_consumed_again(scene: Scene) -> None:
    await scene.owned()
    scene.broker.consumers.idle = False
    leaving = asyncio.create_task(scene.partition.leave())
    await asyncio.sleep(0.01)
    handing = asyncio.create_task(scene.partition.hand_over())
    await asyncio.sleep(0.01)
    scene.broker.consumers.idle = True
    async with asyncio.timeout(5):
        await asyncio.gather(handing, leaving)
    assert not scene.broker.consumers.consuming


async def test_a_lock_that_is_somebody_else_s_by_now_ends_the_session(scene: Scene) -> None:
    await scene.owned()
    await scene.partition.keep_lock()
    scene.broker.locked = True
    with pytest.raises(ConnectionResetError):
        await scene.partition.keep_lock()


async def test_who_was_cancelled_by_the_broker_stands_in_line_again(scene: Scene) -> None:
    await scene.owned()
    assert not scene.partition.cancelled
    scene.broker.consumers.consuming = False
    assert scene.partition.cancelled
    scene.partition.renew()
    assert not scene.partition.cancelled, "it is being renewed"
    await scene.until(lambda: scene.broker.consumers.renewed)
    assert not scene.broker.held
    scene.deliver(2)
    await scene.until(lambda: scene.received == [1, 2])
    assert scene.broker.held
    assert scene.lost == 0


@pytest.fixture
def asking_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signs, "MOST_PER_SECOND", inf)
    for name in ("QUIET_SECONDS", "ANSWER_SECONDS", "CONFIRMS_TO_ARRIVE"):
        monkeypatch.setattr(signs, name, 0)


async def test_a_queue_that_keeps_its_sign_is_no_longer_ours(asking_at_once: None, scene: Scene) -> None:
    await scene.partition.keep_hearing()
    assert scene.sent == [], "it is not ours yet"
    await scene.owned()
    await scene.partition.keep_hearing()
    await scene.until(lambda: scene.sent)
    [sign] = scene.sent
    scene.broker.deliver(delivery(body=sign.body, headers=dict(sign.headers)))
    await scene.partition.keep_hearing()
    await scene.until(lambda: len(scene.sent) == 2)
    await asyncio.sleep(0.01)
    with pytest.raises(ConnectionResetError, match="sends nothing"):
        await scene.partition.keep_hearing()
    assert scene.received == [1]


async def test_a_queue_that_may_send_no_more_is_not_asked(asking_at_once: None, scene: Scene) -> None:
    await scene.owned()
    scene.broker.consumers.unacknowledged = Settings().prefetch
    await scene.partition.keep_hearing()
    await asyncio.sleep(0.01)
    assert scene.sent == []
    scene.broker.consumers.unacknowledged -= 1
    await scene.partition.keep_hearing()
    await scene.until(lambda: scene.sent)


async def test_a_sign_that_is_read_late_is_not_missed(asking_at_once: None, scene: Scene) -> None:
    """We were busy: it has arrived, behind other things, and is read before the broker's next answer."""
    await scene.owned()
    await scene.partition.keep_hearing()
    await scene.until(lambda: scene.sent)
    await asyncio.sleep(0.01)
    [sign] = scene.sent
    scene.broker.sent_before = delivery(body=sign.body, headers=dict(sign.headers))
    await scene.partition.keep_hearing()
    assert scene.broker.sent_before is None, "the broker was asked"
