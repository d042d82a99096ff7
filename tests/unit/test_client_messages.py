import json
from typing import Any

import pytest

from cartwright import InvalidCommand, ItemNotFound, RefusedError, StaleVersion, UnreadableMessage
from cartwright.client.events import RecentIds
from cartwright.client.messages import command_message, read_event, read_reply
from cartwright.commands import NewItem
from cartwright.wire.cart_view import CartView
from cartwright.wire.events import CartUpdatedEvent, Event, JobEvent, RepriceProgressEvent
from cartwright.wire.examples import example_of
from cartwright.wire.refusals import ErrorCode
from cartwright.wire.refused import CommandRefused
from cartwright.wire.replies import CartUpdated, PriceChanged, Reply


def encoded(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def refusal(code: str) -> bytes:
    return encoded(type="command-refused", error={"code": code, "message": "No.", "retryable": False})


def test_only_what_was_said_is_sent() -> None:
    message = command_message("empty-cart", None, "c-1", {})
    assert json.loads(message.body) == {"type": "empty-cart", "cartId": "c-1", "data": {}}
    assert message.headers == {"cart-id": "c-1"}


def test_a_random_message_id_is_new_every_time() -> None:
    first, second = (command_message("empty-cart", None, "c-1", {}) for _ in range(2))
    assert first.message_id != second.message_id


def test_every_option_has_its_wire_name() -> None:
    message = command_message(
        "add-items",
        {"items": []},
        "c-1",
        {"version": 0, "on_conflict": "rebase", "dry_run": True, "reason": "r", "explain": True, "message_id": "m"},
    )
    assert json.loads(message.body) == {
        "type": "add-items",
        "cartId": "c-1",
        "version": 0,
        "onConflict": "rebase",
        "dryRun": True,
        "reason": "r",
        "explain": True,
        "data": {"items": []},
    }
    assert message.message_id == "m"


def test_data_may_be_a_model() -> None:
    item = NewItem(id="i-1", offering_id="o-1")
    assert json.loads(command_message("x", item, None, {}).body)["data"] == {"id": "i-1", "offeringId": "o-1"}


def test_the_callers_headers_do_not_displace_the_cart() -> None:
    message = command_message("get-cart", None, "c-1", {"headers": {"cart-id": "c-2", "traceparent": "00-1"}})
    assert message.headers == {"cart-id": "c-1", "traceparent": "00-1"}


@pytest.mark.parametrize("model", [CartUpdated, PriceChanged])
def test_replies_are_read_as_their_kind(model: type[Reply]) -> None:
    reply = read_reply(json.dumps(example_of(model)).encode())
    assert type(reply) is model
    assert isinstance(reply.cart, CartView)


def test_a_kind_that_came_later_is_still_a_reply() -> None:
    reply = read_reply(encoded(type="cart-turned", status="applied", version=3))
    assert (type(reply), reply.version) == (Reply, 3)


def test_fields_that_came_later_are_kept_at_any_depth() -> None:
    shown = example_of(CartUpdated)
    cart = {**shown["cart"], "customer": {"id": "u-1", "mood": "good"}}
    reply = read_reply(json.dumps({**shown, "cart": cart}).encode())
    assert reply.cart.customer is not None
    assert reply.cart.customer.model_extra == {"mood": "good"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (ErrorCode.STALE_VERSION, StaleVersion),
        (ErrorCode.ITEM_NOT_FOUND, ItemNotFound),
        (ErrorCode.INVALID, InvalidCommand),
        (ErrorCode.VOUCHER_UNKNOWN, RefusedError),
        ("of-tomorrow", RefusedError),
    ],
)
def test_refusals_are_raised_by_code(code: str, expected: type[RefusedError]) -> None:
    with pytest.raises(RefusedError) as raised:
        read_reply(refusal(code))
    assert type(raised.value) is expected
    assert raised.value.code == code


def test_a_refusal_says_all_that_the_reply_said() -> None:
    with pytest.raises(StaleVersion) as raised:
        read_reply(json.dumps(example_of(CommandRefused)).encode())
    assert raised.value.current_version == 9
    assert raised.value.retryable
    assert raised.value.reply.command_id == "m-3"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"7", b"{}", b'{"type": 7}', b'{"type": ["cart-updated"]}', b'{"type": "cart-updated"}']
)
def test_what_is_no_reply_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableMessage):
        read_reply(body)


@pytest.mark.parametrize("amount", [9.99, 9, "9,99", "1e3", "NaN", " 1", True])
def test_amounts_are_decimal_strings(amount: object) -> None:
    shown = example_of(CartUpdated)
    due = {"gross": amount, "adjustments": "0", "payable": "0"}
    with pytest.raises(UnreadableMessage):
        read_reply(json.dumps({**shown, "cart": {**shown["cart"], "dueNow": due}}).encode())


def test_events_are_read_as_their_kind() -> None:
    assert type(read_event(json.dumps(example_of(CartUpdatedEvent)).encode())) is CartUpdatedEvent
    assert isinstance(read_event(json.dumps(example_of(RepriceProgressEvent)).encode()), JobEvent)
    assert type(read_event(encoded(type="cart-turned"))) is Event


def test_recent_ids_are_bounded() -> None:
    recent = RecentIds(2)
    assert [recent.add(each) for each in ("a", "b", "a", "c", "a")] == [True, True, False, True, True]
