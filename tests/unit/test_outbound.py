"""What leaves a worker: replies by a connection of their own, everything else as often as it takes."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any, cast

import pytest

from workers.amqp import Outcome, Outgoing, Publisher
from workers.publish import outbound
from workers.publish.outbound import Outbound

REPLY = Outgoing("", "reply.x", b"", "r-1", "t", mandatory=True, to_caller=True)
EVENT = Outgoing("cart.events", "acme.cart-updated", b"", "e-1", "t")
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


def over(replies: FakePublisher, others: FakePublisher) -> Outbound:
    return Outbound(cast("Publisher", cast("Any", replies)), cast("Publisher", cast("Any", others)))


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
