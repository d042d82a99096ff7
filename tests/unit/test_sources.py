"""Sources: commands of any origin go through the same lanes, and each is answered, put off and acknowledged its way."""

import pytest

from cartwright.wire.refusals import ErrorCode, Refusal
from models.answers.answer import Refused
from support.deliveries import MESSAGES, FakeLink, delivery, work_of
from support.simulation import SimulatedWorker, stocked_store
from support.sources import MemoryLink, MemorySource
from workers.consume.work import Work, acknowledge
from workers.publish.amqp_source import AmqpSource

FRANCE = {"country": "FR", "currency": "EUR"}
PHONE = {"items": [{"id": "i-1", "offeringId": "phone"}]}
REFUSAL = Refusal(ErrorCode.INTERNAL, "no")


async def test_commands_from_memory_are_executed_like_those_from_a_queue() -> None:
    worker = SimulatedWorker(stocked_store())
    creation = worker.submit("create-cart", "c-1", FRANCE, "m-1")
    phone = worker.submit("add-items", "c-1", PHONE, "m-2")
    unknown = worker.submit("add-items", "c-2", PHONE, "m-3")
    await worker.drain()
    await worker.close()
    assert [each.status for each in (*creation.answers, *phone.answers)] == ["applied", "applied"]
    (refused,) = unknown.answers
    assert isinstance(refused, Refused)
    assert refused.refusal.code is ErrorCode.CART_NOT_FOUND
    assert worker.replies == []
    assert [(event["type"], event["version"]) for event in worker.events if event["type"] == "cart-updated"] == [
        ("cart-updated", 1),
        ("cart-updated", 2),
    ]


async def test_what_is_put_off_comes_again_as_the_same_command() -> None:
    troubles = iter(["after", "before", "before", "before"])
    worker = SimulatedWorker(stocked_store(), trouble=lambda: next(troubles, "none"))
    source = worker.submit("create-cart", "c-1", FRANCE, "m-1")
    await worker.drain()
    await worker.close()
    assert [each.status for each in source.answers] == ["applied"]
    assert source.attempts < 10


async def test_what_was_put_off_too_often_is_given_up() -> None:
    worker = SimulatedWorker(stocked_store(), trouble=lambda: "before")
    source = worker.submit("create-cart", "c-1", FRANCE, "m-1", attempts=2)
    await worker.drain()
    await worker.close()
    (refused,) = source.answers
    assert isinstance(refused, Refused)
    assert [code for code, _ in source.parked] == ["temporarily-unavailable"]


def test_sources_of_one_link_are_acknowledged_together() -> None:
    first, second = MemoryLink(), MemoryLink()

    def never(_: Work) -> None:
        raise AssertionError

    acknowledge(MemorySource(link, n, b"", never) for n, link in enumerate((first, second, first, first)))
    assert (first.acknowledged, second.acknowledged) == ([[0, 2, 3]], [[1]])


def amqp(**fields: object) -> AmqpSource:
    return AmqpSource(delivery(**fields), MESSAGES)


def sent(messages) -> list[tuple[str, str]]:
    return [(each.exchange, each.routing_key) for each in messages]


def test_a_delivery_is_acknowledged_on_its_link_under_its_tag() -> None:
    link = FakeLink()
    acknowledge([amqp(link=link, delivery_tag=7), amqp(link=link, delivery_tag=9)])
    assert link.acknowledged == [7, 9]


def test_a_refusal_is_a_reply_or_parked_where_nobody_can_be_told() -> None:
    assert sent(amqp().answer(Refused(REFUSAL))) == [("", "reply.x")]
    assert sent(amqp(reply_to=None).answer(Refused(REFUSAL))) == [("", "cart.parking")]


@pytest.mark.parametrize(
    ("attempts", "messages"),
    [
        (0, [("cart.retry.1s", "acme.get-cart")]),
        (2, [("cart.retry.60s", "acme.get-cart")]),
        (3, [("", "reply.x"), ("", "cart.parking")]),
    ],
)
def test_a_delivery_goes_through_the_retry_queues_and_is_then_given_up(
    attempts: int, messages: list[tuple[str, str]]
) -> None:
    given = delivery(headers={"cart-attempts": attempts})
    assert sent(AmqpSource(given, MESSAGES).put_off(work_of(given))) == messages
