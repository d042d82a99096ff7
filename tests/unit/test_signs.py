"""Signs of life: only a queue that was quiet is asked, and only what the broker has confirmed is missed."""

import asyncio
from collections.abc import Sequence

import pytest

from support.deliveries import delivery
from workers.amqp import Outcome, Outgoing, PublisherFull
from workers.broker.signs import ANSWER_SECONDS, CONFIRMS_TO_ARRIVE, QUIET_SECONDS, SignsOfLife, is_sign, quiet_seconds


class Scene:
    """Signs of a queue, a publisher that confirms when told to, and a clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.sent: list[Outgoing] = []
        self.full = False
        self.confirms = asyncio.Future[Sequence[Outcome]]()
        self.signs = SignsOfLife("commands.0", self._send, lambda: self.now)

    def _send(self, messages: Sequence[Outgoing]) -> "asyncio.Future[Sequence[Outcome]]":
        if self.full:
            raise PublisherFull
        self.sent += messages
        self.confirms = asyncio.Future[Sequence[Outcome]]()
        return self.confirms

    async def confirmed(self, outcome: Outcome = Outcome.CONFIRMED, after: float = 0.0) -> None:
        self.now += after
        self.confirms.set_result([outcome])
        await asyncio.sleep(0)

    async def asked(self) -> None:
        """Ask, for nothing has come for a while."""
        self.now += QUIET_SECONDS
        assert not self.signs.overdue()
        assert len(self.sent) == 1


@pytest.fixture
async def scene() -> Scene:
    return Scene()


async def test_a_queue_that_sends_is_not_asked(scene: Scene) -> None:
    for _ in range(5):
        scene.now += QUIET_SECONDS - 0.1
        scene.signs.heard()
        assert not scene.signs.overdue()
    assert scene.sent == []


async def test_a_sign_that_does_not_come_is_overdue(scene: Scene) -> None:
    await scene.asked()
    await scene.confirmed()
    scene.now += ANSWER_SECONDS - 0.1
    assert not scene.signs.overdue()
    scene.now += 0.2
    assert scene.signs.overdue()


async def test_whatever_comes_is_a_sign(scene: Scene) -> None:
    await scene.asked()
    await scene.confirmed()
    scene.signs.heard()
    scene.now = 100.0
    assert not scene.signs.overdue()


async def test_a_confirm_after_the_sign_makes_nothing_due(scene: Scene) -> None:
    """Confirms come over another connection."""
    await scene.asked()
    scene.signs.heard()
    await scene.confirmed()
    scene.now = 100.0
    assert not scene.signs.overdue()


@pytest.mark.parametrize("outcome", [Outcome.UNROUTABLE, Outcome.REFUSED])
async def test_what_is_in_no_queue_is_not_missed(scene: Scene, outcome: Outcome) -> None:
    await scene.asked()
    await scene.confirmed(outcome)
    scene.now = 100.0
    assert not scene.signs.overdue()
    assert len(scene.sent) == 2, "it is asked again"


async def test_a_broker_that_takes_no_messages_is_not_asked_twice(scene: Scene) -> None:
    """With an alarm it confirms nothing, and that is no reason to end a session."""
    await scene.asked()
    scene.now = 100.0
    assert not any(scene.signs.overdue() for _ in range(10))
    assert len(scene.sent) == 1


async def test_a_slow_broker_has_more_time(scene: Scene) -> None:
    await scene.asked()
    await scene.confirmed(after=0.5)
    due = scene.now + CONFIRMS_TO_ARRIVE * 0.5
    while scene.now < due - 2 * QUIET_SECONDS:
        scene.now += QUIET_SECONDS
        assert not scene.signs.overdue()
        await scene.confirmed(after=0.5)
    scene.now = due + 0.1
    assert scene.signs.overdue()


async def test_a_broker_that_was_slow_for_a_moment_is_asked_again(scene: Scene) -> None:
    await scene.asked()
    await scene.confirmed(after=2.0)
    scene.now += QUIET_SECONDS
    assert not scene.signs.overdue()
    assert len(scene.sent) == 2
    await scene.confirmed(after=0.01)
    scene.now += ANSWER_SECONDS - 0.1
    assert not scene.signs.overdue()
    scene.now += 0.2
    assert scene.signs.overdue()


async def test_a_full_publisher_is_asked_later(scene: Scene) -> None:
    scene.full = True
    scene.now = 100.0
    assert not any(scene.signs.overdue() for _ in range(3))
    scene.full = False
    assert not scene.signs.overdue()
    assert len(scene.sent) == 1


async def test_a_broken_promise_is_no_sign(scene: Scene) -> None:
    await scene.asked()
    scene.confirms.set_exception(ConnectionError())
    await asyncio.sleep(0)
    scene.now = 100.0
    assert not scene.signs.overdue()


async def test_a_sign_is_told_from_a_command(scene: Scene) -> None:
    await scene.asked()
    [sign] = scene.sent
    assert is_sign(delivery(body=sign.body, headers=dict(sign.headers)))
    assert not is_sign(delivery(body=b"{}", headers=dict(sign.headers)))
    assert not is_sign(delivery(body=b"", headers={}))


def test_many_queues_are_asked_less_often() -> None:
    """Sixteen signs a second at most, from one worker."""
    assert quiet_seconds(1) == quiet_seconds(16) == QUIET_SECONDS
    assert quiet_seconds(64) == 4.0
