"""The messages that leave a worker, whatever came in."""

from datetime import UTC, datetime

import pytest

from cartwright.wire.refusals import ErrorCode, Refusal
from models.answers.answer import Refused
from support.deliveries import MESSAGES, delivery, read, work_of
from workers.amqp.encoding import publish_frames
from workers.consume.delivery_tokens import attempts_of, token_of

GET = b'{"type": "get-cart", "cartId": "c-1", "data": {}}'
REFUSAL = Refusal(ErrorCode.MALFORMED, "no")
DEADLINE = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["x" * 255, "\ufffd" * 255, "é" * 127])
def test_properties_of_any_length_fit_the_answer(text: str) -> None:
    without_id = delivery(message_id=None, correlation_id=text)
    for each in (delivery(message_id=text), delivery(correlation_id=text), without_id):
        reply = MESSAGES.reply(each, Refused(REFUSAL))
        assert reply is not None
        for message in (reply, MESSAGES.parked(each, "malformed", "no"), MESSAGES.retry(each, work_of(each), 1, 1)):
            assert publish_frames(1, message, 131_072)


def test_a_reply_goes_back_under_the_correlation_id() -> None:
    reply = MESSAGES.reply(delivery(), Refused(REFUSAL, "c-1"))
    assert reply is not None
    assert (reply.exchange, reply.routing_key, reply.correlation_id, reply.message_id, reply.mandatory) == (
        "",
        "reply.x",
        "r-1",
        "m-1:reply",
        True,
    )
    assert MESSAGES.reply(delivery(reply_to=None), Refused(REFUSAL, "c-1")) is None


def test_a_retry_keeps_its_address_and_a_parked_command_loses_it() -> None:
    given = delivery(headers={"cart-id": "c-1", "x-death": [1], "other": "x"})
    retry, parked = (
        MESSAGES.retry(given, work_of(given, DEADLINE), 10, 2),
        MESSAGES.parked(given, "internal", "r" * 1000),
    )
    assert (retry.exchange, retry.routing_key, retry.reply_to) == ("cart.retry.10s", "acme.get-cart", "reply.x")
    assert retry.headers == {
        "cart-id": "c-1",
        "deadline": "2026-01-01T00:00:00Z",
        "cart-attempts": 2,
        "cart-delivery": work_of(given).token.hex(),
    }
    assert (parked.exchange, parked.routing_key, parked.reply_to) == ("", "cart.parking", None)
    assert parked.headers["parked-routing-key"] == "acme.get-cart"
    assert parked.headers["parked-reason"] == "r" * 500


def test_a_retry_is_the_same_delivery_and_any_other_is_its_own() -> None:
    given = delivery(body=GET)
    first, other = read(given, DEADLINE), read(given, DEADLINE)
    again = read(delivery(body=GET, headers=MESSAGES.retry(given, first, 1, 1).headers), DEADLINE)
    assert again.token == first.token != other.token


@pytest.mark.parametrize("forged", ["", "00", "x" * 28, "é" * 28, 7, b"0" * 28, None])
def test_a_forged_token_counts_as_none(forged: object) -> None:
    tokens = [token_of(delivery(headers={"cart-delivery": forged})) for _ in range(2)]
    assert tokens[0] != tokens[1]
    assert {len(each) for each in tokens} == {14}


@pytest.mark.parametrize(("header", "attempts"), [(2, 2), (0, 0), (-1, 0), (True, 0), ("3", 0), (None, 0)])
def test_attempts_are_counted_from_our_header_only(header: object, attempts: int) -> None:
    assert attempts_of(delivery(headers={"cart-attempts": header, "x-death": [{"count": 9}]})) == attempts
