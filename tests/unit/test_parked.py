"""Parked messages in one form, and what is sent when they are replayed."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage

from cartwright import NotReplayable, ParkedMessage, Replay, Wanted
from cartwright.client.parked import UNKNOWN, grouped, read_parked
from cartwright.wire.parked import CHUNK
from cartwright.wire.schema import parse_time
from cli.parking.showing import HIDDEN, plain, shown_headers, whole_fields
from support.deliveries import MESSAGES, delivery

BODY = b'{"type": "add-items", "cartId": "c-1", "version": 3, "data": {}}'
AT = datetime(2026, 1, 31, 8, tzinfo=UTC)


def came(headers: Mapping[str, Any], body: bytes = BODY, message_id: str | None = "m-1") -> ParkedMessage:
    """A message of the parking queue, as it is read."""
    message = aio_pika.Message(body, headers=dict(headers), message_id=message_id)
    return read_parked(cast("AbstractIncomingMessage", message), "cart")


def of_worker(**changes: Any) -> ParkedMessage:
    """What a worker parks, as it is read."""
    given = {"routing_key": "acme.add-items", "headers": {"cart-id": "c-1"}, "body": BODY, **changes}
    parked = MESSAGES.parked(delivery(**given), "cart-not-found", "There is no cart with this id.")
    return came(parked.headers, parked.body, parked.message_id)


def died(*deaths: tuple[str, str, str]) -> list[dict[str, Any]]:
    return [
        {"queue": queue, "reason": why, "routing-keys": [key], "time": AT, "count": 1} for queue, why, key in deaths
    ]


def test_what_a_worker_parks() -> None:
    parked = of_worker(reply_to="orders", user_id="ann")
    assert (parked.parked_by, parked.code, parked.tenant, parked.command) == (
        "worker",
        "cart-not-found",
        "acme",
        "add-items",
    )
    assert (parked.reply_to, parked.user_id, parked.cart_id, parked.size) == ("orders", "ann", "c-1", len(BODY))
    assert parked.headers == {"cart-id": "c-1"}
    assert parked.parked_at is not None
    assert of_worker(reply_to="amq.rabbitmq.reply-to.g1.x").reply_to is None


def test_the_same_command_parked_twice_is_two_messages() -> None:
    assert of_worker().id != of_worker().id


@pytest.mark.parametrize(
    ("deaths", "code", "routing_key"),
    [
        (died(("cart.commands.0", "expired", "acme.get-cart")), "deadline-exceeded", "acme.get-cart"),
        (
            died(("cart.dead", "delivery_limit", "cart.dead"), ("cart.commands.0", "rejected", "acme.add-items")),
            "internal",
            "acme.add-items",
        ),
        (
            died(
                ("cart.dead", "rejected", "cart.dead"),
                ("cart.commands.3", "expired", "acme.add-items"),
                ("forged", "expired", "other.delete-cart"),
            ),
            "internal",
            "acme.add-items",
        ),
        (died(("cart.dead", "maxlen", "cart.dead")), "internal", ""),
        ([{"reason": 7}], "internal", ""),
        (["odd"], "internal", ""),
    ],
)
def test_what_the_broker_parks_is_told_in_the_same_form(deaths: list[Any], code: str, routing_key: str) -> None:
    parked = came({"x-death": deaths, "parked-code": "forged", "x-first-death-queue": "x", "cart-id": "c-1"})
    assert (parked.parked_by, parked.code, parked.routing_key) == ("broker", code, routing_key)
    assert parked.headers == {"cart-id": "c-1"}
    assert len(parked.id) == 12
    assert parked.id == came({"x-death": deaths, "cart-id": "c-1"}).id


@pytest.mark.parametrize(
    "headers",
    [{}, {"x-death": []}, {"parked-code": 7}, {"parked-at": "soon", "parked-id": "../.."}],
    ids=["none", "no death", "a number", "odd"],
)
def test_what_a_stranger_parks(headers: Mapping[str, Any]) -> None:
    parked = came(headers)
    assert (parked.parked_by, parked.code, parked.tenant, parked.command, parked.parked_at) == (
        "sender",
        UNKNOWN,
        None,
        None,
        None,
    )


def test_who_is_wanted() -> None:
    parked = of_worker()
    for wanted in (
        Wanted(),
        Wanted(ids=frozenset({"m-1"})),
        Wanted(ids=frozenset({parked.id, "m-2"})),
        Wanted(code="cart-not-found", command="add-items", tenant="acme"),
        Wanted(since=AT),
    ):
        assert parked in wanted
    for wanted in (
        Wanted(ids=frozenset({"m-2"})),
        Wanted(code="internal"),
        Wanted(tenant="acme", command="get-cart"),
        Wanted(tenant="other"),
        Wanted(since=datetime.now(UTC) + timedelta(days=1)),
    ):
        assert parked not in wanted
    assert came({}) not in Wanted(since=AT)


def test_groups_are_the_largest_first() -> None:
    first, other = of_worker(), came({"x-death": died(("cart.commands.0", "expired", "acme.add-items"))})
    [large, small] = grouped([other, first, first])
    assert (large.code, large.messages, large.size, large.oldest) == (
        "cart-not-found",
        2,
        2 * len(BODY),
        first.parked_at,
    )
    assert (small.code, small.newest, small.tenant) == ("deadline-exceeded", AT, "acme")


def test_a_replay_is_the_same_command_with_a_deadline_of_its_own() -> None:
    headers = {"cart-id": "c-1", "lock-owner": "ann", "deadline": "2020-01-01T00:00:00Z", "odd": "x"}
    sent, key = Replay().message(of_worker(headers=headers), 30)
    assert (sent.message_id, sent.body, key) == ("m-1", BODY, "acme.add-items")
    deadline = parse_time(sent.headers.pop("deadline"))
    assert timedelta(seconds=25) < deadline - datetime.now(UTC) <= timedelta(seconds=30)
    assert sent.headers == {"cart-id": "c-1", "lock-owner": "ann"}


def test_a_dry_run_says_so_in_the_envelope_or_in_the_parameters() -> None:
    sent, _ = Replay(dry_run=True).message(of_worker(), 30)
    assert json.loads(sent.body) == {**json.loads(BODY), "dryRun": True}
    assert sent.message_id == "m-1"
    call = of_worker(headers={"dialect": "telco"}, body=b'{"parameters": {"id": "c-1"}, "body": null}')
    sent, _ = Replay(dry_run=True).message(call, 30)
    assert json.loads(sent.body) == {"parameters": {"id": "c-1", "dryRun": True}, "body": None}


def test_an_edited_replay_has_a_new_id_that_is_the_same_every_time() -> None:
    parked = of_worker()
    edited = b'{"type": "remove-items", "cartId": "c-2", "data": {}}'
    sent, key = Replay(body=edited).message(parked, 30)
    again, _ = Replay(body=edited).message(parked, 30)
    other, _ = Replay(body=edited + b" ").message(parked, 30)
    assert len({sent.message_id, other.message_id, "m-1"}) == 3
    assert (again.message_id, key, sent.headers["cart-id"]) == (sent.message_id, "acme.remove-items", "c-2")
    elsewhere, _ = Replay(body=edited).message(of_worker(), 30)
    assert elsewhere.message_id != sent.message_id


def test_a_new_id_is_also_the_header_of_a_command_about_no_cart() -> None:
    parked = of_worker(message_id="m-1", headers={"cart-id": "m-1"}, routing_key="acme.upsert-prices")
    sent, _ = Replay(new_id=True).message(parked, 30)
    assert sent.headers["cart-id"] == sent.message_id != "m-1"
    without, _ = Replay().message(of_worker(message_id=None), 30)
    assert without.message_id


@pytest.mark.parametrize("body", [b"", b"[1]", b"\xff", b'"x"'])
def test_what_is_no_object_is_neither_tried_nor_edited_into(body: bytes) -> None:
    with pytest.raises(NotReplayable):
        Replay(dry_run=True).message(of_worker(body=body), 30)
    with pytest.raises(NotReplayable):
        Replay(body=body).message(of_worker(), 30)
    sent, _ = Replay().message(of_worker(body=body), 30)
    assert sent.body == body


def test_chunks_of_jobs_are_not_sent_again() -> None:
    chunk = came({"parked-code": "malformed", "parked-routing-key": "cart.batch.0"})
    assert (chunk.command, chunk.tenant) == (CHUNK, None)
    with pytest.raises(NotReplayable):
        Replay().message(chunk, 30)


def test_what_is_shown_can_be_printed_and_keeps_secrets() -> None:
    headers = {"lock-owner": "ann", "context": b"\xff", "deep": {"when": AT, "list": [b"\x00", None]}}
    parked = came({"x-death": died(("cart.dead", "rejected", "x")), **headers}, b"\xff\x00")
    assert shown_headers(parked, secrets=False) == {
        "lock-owner": HIDDEN,
        "context": HIDDEN,
        "deep": {"when": "2026-01-31T08:00:00Z", "list": [{"base64": "AA=="}, None]},
    }
    whole = whole_fields(parked, secrets=True)
    assert json.loads(json.dumps(whole))["headers"]["context"] == {"base64": "/w=="}
    assert whole["bodyBase64"] == "/wA="
    assert plain("\x1b[31m\r\n") == "\\x1b[31m\\r\\n"
