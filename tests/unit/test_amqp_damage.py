"""Whatever another client wrote into a message's properties, reading them never fails, and says what is wrong."""

import struct
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartwright.wire.refusals import ErrorCode, Refusal
from models.answers.answer import Refused
from support.deliveries import MESSAGES, delivery, work_of
from support.raw import all_truncations, content_header, long, nested_arrays, nested_tables, properties, short, table
from workers.amqp import Damage, Delivery, Outgoing
from workers.amqp.decoding import MAX_DEPTH, MAX_TABLE_BYTES, read_properties
from workers.amqp.encoding import publish_frames
from workers.amqp.tap.subscription import Subscription
from workers.consume.delivery_tokens import attempts_of
from workers.consume.intake import Intake, Parked
from workers.publish.amqp_source import AmqpSource

FULL = properties(
    content_type=short("application/json"),
    headers=table(("a", b"S" + long(b"x")), ("b", b"F" + table(("c", b"A" + long(b"V" * 3))))),
    delivery_mode=b"\x02",
    priority=b"\x01",
    correlation_id=short("r-1"),
    reply_to=short("reply.x"),
    expiration=short("1000"),
    message_id=short("m-1"),
    timestamp=struct.pack(">Q", 2**64 - 1),
    user_id=short("guest"),
)


def read(headers: bytes, **others: bytes) -> dict[str, Any]:
    """The properties that are read from a list with this header table."""
    return read_properties(content_header(properties(headers=headers, message_id=short("m-1"), **others)))


def test_a_list_is_damaged_wherever_it_is_cut_off() -> None:
    whole = read_properties(content_header(FULL))
    assert "damage" not in whole
    for listed in all_truncations(FULL):
        assert read_properties(content_header(listed))["damage"] is Damage.PROPERTIES, listed


def test_a_table_is_damaged_wherever_it_ends_too_early() -> None:
    inner = table(("b", b"F" + table(("c", b"A" + long(b"Vb\x01")))), ("a", b"S" + long(b"xy")))[4:]
    whole = set()
    for end in range(len(inner) + 1):
        found = read(long(inner[:end]))
        assert found["message_id"] == "m-1"
        if "damage" not in found:
            whole.add(end)
    assert whole == {0, len(inner) - 9, len(inner)}


@pytest.mark.parametrize("kind", sorted(set(range(256)) - set(b"tbBsuIilLfdTSxFADV")))
def test_an_unknown_type_is_damage(kind: int) -> None:
    assert read(table(("a", bytes((kind,)) + b"\0" * 12)))["damage"] is Damage.HEADERS


@pytest.mark.parametrize("nested", [nested_tables, nested_arrays])
def test_the_depth_limit_is_exact(nested: Any) -> None:
    fits = MAX_DEPTH if nested is nested_tables else MAX_DEPTH - 1
    assert "damage" not in read(nested(fits))
    assert read(nested(fits + 1))["damage"] is Damage.HEADERS
    assert read(nested(2000))["damage"] is Damage.HEADERS


def test_the_size_limit_is_exact_and_counts_names_and_what_is_nested() -> None:
    names = table(*((b"%0255d" % number, b"V") for number in range(63)))[4:]
    filled = names + short("rest") + b"S" + long(b"x" * (MAX_TABLE_BYTES - len(names) - 10))
    assert len(filled) == MAX_TABLE_BYTES
    assert "damage" not in read(long(filled))
    for larger in (long(filled + short("") + b"V"), nested_tables(20_000)):
        found = read(larger, reply_to=short("reply.x"))
        assert (found["damage"], found["message_id"], found["reply_to"]) == (Damage.TOO_LARGE, "m-1", "reply.x")


def test_a_name_that_comes_twice_is_damage() -> None:
    assert read(table(("a", b"V"), ("a", b"V")))["damage"] is Damage.HEADERS


SCALARS = st.one_of(
    st.binary(max_size=20).map(lambda raw: b"S" + long(raw)),
    st.binary(max_size=20).map(lambda raw: b"x" + long(raw)),
    *(
        st.binary(min_size=size, max_size=size).map(lambda raw, kind=kind: kind + raw)
        for kinds, size in ((b"tbB", 1), (b"su", 2), (b"Iif", 4), (b"lLdT", 8), (b"D", 5), (b"V", 0))
        for kind in (bytes((each,)) for each in kinds)
    ),
)
NAMES = st.sampled_from(
    ["cart-id", "deadline", "dialect", "roles", "traceparent", "cart-attempts", "context"]
) | st.binary(max_size=20)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda values: b"A" + long(b"".join(values))),
        st.lists(st.tuples(NAMES, inner), max_size=4).map(lambda fields: b"F" + table(*fields)),
    ),
    max_leaves=10,
)
TABLES = st.lists(st.tuples(NAMES, VALUES), max_size=5).map(lambda fields: table(*fields))
SHORT = st.binary(max_size=255).map(short)
LISTS = st.fixed_dictionaries(
    {},
    optional={
        "content_type": SHORT | st.just(short("application/json")),
        "content_encoding": SHORT,
        "headers": TABLES,
        "delivery_mode": st.binary(min_size=1, max_size=1),
        "priority": st.binary(min_size=1, max_size=1),
        "correlation_id": SHORT,
        "reply_to": SHORT | st.binary(max_size=40).map(lambda raw: short(b"reply." + raw)),
        "expiration": SHORT | st.text("0123456789٣²", max_size=80).map(short),
        "message_id": SHORT,
        "timestamp": st.binary(min_size=8, max_size=8),
        "type": SHORT,
        "user_id": SHORT,
        "app_id": SHORT,
    },
).map(lambda values: properties(**values))
DAMAGED = st.tuples(LISTS, st.integers(0, 2000), st.binary(max_size=6)).map(
    lambda each: each[0][: each[1]] + each[2] + each[0][each[1] + len(each[2]) :]
)
KEYS = SHORT | st.just(short("acme.get-cart"))
INTAKE = Intake("reply.", trust_roles=True)


class DeafTap:
    """A connection that nothing is written to."""

    def write(self, frames: bytes) -> None: ...


def delivered(routing_key: bytes, listed: bytes, body: bytes) -> list[Delivery]:
    """What a subscription hands over when the broker delivers this."""
    found: list[Delivery] = []
    subscription = Subscription(5, found.append, lambda: None)
    subscription.attached(DeafTap())  # type: ignore[arg-type]
    subscription.received(1, struct.pack(">HH", 20, 11))
    method = (
        struct.pack(">HH", 60, 60) + short("tag") + struct.pack(">Q", 1) + b"\0" + short("cart.commands") + routing_key
    )
    subscription.received(1, method)
    subscription.received(2, content_header(listed, len(body)))
    if body:
        subscription.received(3, body)
    return found


@settings(deadline=None, max_examples=500)
@given(KEYS, LISTS | DAMAGED | st.binary(max_size=60), st.sampled_from([b"", b"{}", b'{"type": "get-cart"}']))
def test_every_message_is_handed_over_and_ends_in_messages_that_can_be_sent(
    routing_key: bytes, listed: bytes, body: bytes
) -> None:
    (taken,) = delivered(routing_key, listed, body)
    outgoing = [*_outcome(taken), MESSAGES.retry(taken, work_of(taken), 1, attempts_of(taken))]
    for message in outgoing:
        assert publish_frames(1, message, 131_072)


def _outcome(taken: Delivery) -> list[Outgoing]:
    try:
        INTAKE.check_address(taken)
        INTAKE.read(taken, AmqpSource(taken, MESSAGES), datetime(2026, 1, 1, tzinfo=UTC))
    except Parked as parked:
        return [MESSAGES.parked(taken, parked.code.value, parked.message)]
    except Refusal as refusal:
        reply = MESSAGES.reply(taken, Refused(refusal))
        return [MESSAGES.parked(taken, refusal.code.value, refusal.message), *([reply] if reply else [])]
    raise AssertionError("no such message is a command")


@pytest.mark.parametrize("text", [b"\xff" * 255, "é".encode() * 127, b"\x00" * 255])
def test_texts_that_grow_when_they_are_read_are_sent_on_within_their_limits(text: bytes) -> None:
    listed = properties(
        headers=table((text, b"S" + long(text)), ("deadline", b"T" + b"\xff" * 8), ("cart-id", b"S" + long(text))),
        correlation_id=short(text),
        reply_to=short(text),
        message_id=short(text),
    )
    (taken,) = delivered(short(text), listed, b"{}")
    refusal = Refusal(ErrorCode.MALFORMED, "no")
    for message in (
        MESSAGES.reply(taken, Refused(refusal)),
        MESSAGES.parked(taken, "x", "y"),
        MESSAGES.retry(taken, work_of(taken), 1, 1),
    ):
        assert message is not None
        assert publish_frames(1, message, 131_072)


def test_a_time_beyond_the_numbers_that_can_be_sent_is_parked_as_text() -> None:
    parked = MESSAGES.parked(delivery(headers={"deadline": 2**64 - 1, "cart-id": 2**63 - 1}), "invalid", "no")
    assert (parked.headers["deadline"], parked.headers["cart-id"]) == (str(2**64 - 1), 2**63 - 1)


@pytest.mark.parametrize(
    ("damage", "reply_to", "raised", "code"),
    [
        (Damage.TOO_LARGE, "reply.x", Parked, ErrorCode.TOO_LARGE),
        (Damage.PROPERTIES, "reply.x", Parked, ErrorCode.MALFORMED),
        (Damage.HEADERS, "reply.x", Refusal, ErrorCode.MALFORMED),
        (Damage.HEADERS, "orders", Parked, ErrorCode.FORBIDDEN_REPLY_TO),
    ],
)
def test_damage_is_answered_where_the_address_is_sure(
    damage: Damage, reply_to: str, raised: type[Parked | Refusal], code: ErrorCode
) -> None:
    with pytest.raises(raised) as outcome:
        INTAKE.check_address(delivery(damage=damage, reply_to=reply_to))
    assert outcome.value.code is code
