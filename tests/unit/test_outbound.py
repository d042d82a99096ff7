"""What leaves a worker: replies by a connection of their own, everything else as often as it takes."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from workers.amqp import Outcome, Outgoing, Publisher
from workers.publish import outbound
from workers.publish.outbound import Outbound
from workers.publish.parking import Parking

REPLY = Outgoing("", "reply.x", b"", "r-1", "t", mandatory=True, to_caller=True)
EVENT = Outgoing("cart.events", "acme.cart-updated", b"", "e-1", "t")
PARKED = Outgoing("", "cart.parking", b"", "p-1", "", headers={"parked-code": "malformed"}, parked=True)
RETRY = Outgoing("cart.retry.1s", "acme.get-cart", b"", "m-1", "", mandatory=True)


class FakePublisher:
    """Notes what it is sent; what becomes of it is as told, and else confirmed."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.sent: list[str] = []
        self._outcomes = list(outcomes)

    async def room(self, messages: int) -> None:
        """There always is."""

    def send(self, messages: Sequence[Outgoing]) -> Awaitable[Sequence[Outcome]]:
        self.sent += [each.message_id for each in messages]
        outcomes = [self._outcomes.pop(0) if self._outcomes else Outcome.CONFIRMED for _ in messages]
        return asyncio.sleep(0, outcomes)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "REPUBLISH_SECONDS", 0.0)


def over(replies: FakePublisher, others: FakePublisher, parking: Parking | None = None) -> Outbound:
    return Outbound(cast("Publisher", cast("Any", replies)), cast("Publisher", cast("Any", others)), parking)


async def test_replies_have_a_connection_of_their_own() -> None:
    replies, others = FakePublisher(), FakePublisher()
    await (await over(replies, others).send([EVENT, REPLY]))
    await (await over(replies, others).send([RETRY]))
    assert (replies.sent, others.sent) == (["r-1"], ["e-1", "m-1"])


@pytest.mark.parametrize("outcome", [Outcome.UNROUTABLE, Outcome.REFUSED])
async def test_what_the_broker_does_not_have_is_sent_again(outcome: Outcome) -> None:
    others = FakePublisher(outcome, Outcome.CONFIRMED, outcome)
    await (await over(FakePublisher(), others).send([RETRY, EVENT]))
    assert others.sent == ["m-1", "e-1", "m-1", "m-1"]


async def test_a_reply_that_nobody_waits_for_is_counted_and_not_sent_again() -> None:
    replies = FakePublisher(Outcome.UNROUTABLE)
    outbound = over(replies, FakePublisher())
    await (await outbound.send([REPLY]))
    assert replies.sent == ["r-1"]
    assert (outbound.published, outbound.unroutable) == (1, 1)


async def test_what_is_parked_is_counted_by_code_once_the_broker_has_it() -> None:
    parking, others = Parking(10), FakePublisher(Outcome.UNROUTABLE)
    await (await over(FakePublisher(), others, parking).send([PARKED]))
    assert others.sent == ["p-1", "p-1"]
    assert (+parking.parked, parking.messages, parking.held) == ({"malformed": 1}, 1, 0)


async def test_what_finds_the_parking_queue_full_waits_for_room_and_holds_up_nothing_else() -> None:
    parking, replies, others = Parking(2), FakePublisher(), FakePublisher()
    outbound = over(replies, others, parking)
    parking.measured(2, parking.confirmed)
    sending = asyncio.ensure_future(await outbound.send([PARKED, EVENT, REPLY]))
    again = asyncio.ensure_future(await outbound.send([replace(PARKED, message_id="p-2")]))
    for _ in range(5):
        await asyncio.sleep(0)
    assert (others.sent, replies.sent, sending.done(), parking.held) == (["e-1"], ["r-1"], False, 2)
    parking.measured(1, parking.confirmed)
    await sending
    assert (others.sent, again.done(), parking.full) == (["e-1", "p-1"], False, True)
    parking.measured(0, parking.confirmed)
    await again
    assert (others.sent[-1], parking.held, parking.parked.total()) == ("p-2", 0, 2)


async def test_what_is_on_its_way_while_the_queue_is_measured_counts() -> None:
    parking = Parking(3)
    outbound = over(FakePublisher(), FakePublisher(), parking)
    asked = parking.confirmed
    await (await outbound.send([PARKED, PARKED]))
    parking.measured(1, asked)
    assert (parking.messages, parking.full) == (3, True)
    parking.measured(2, parking.confirmed)
    assert (parking.messages, parking.full) == (2, False)
