"""Our frames against pamqp's reading of them, pamqp's frames against ours, and the publisher's books."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

import pamqp.frame
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pamqp.body import ContentBody
from pamqp.commands import Basic
from pamqp.header import ContentHeader
from pamqp.heartbeat import Heartbeat

from workers.amqp import Outcome, Outgoing
from workers.amqp.decoding import read_properties
from workers.amqp.encoding import FRAME, ack_frames, publish_frames
from workers.amqp.tap.tap import Tap
from workers.amqp.tap.window import Batch, Entry, Window

SIXTY_FOUR_BITS = st.integers(-(2**63), 2**63 - 1)
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)
HEADERS = st.dictionaries(NAMES, st.text(max_size=50) | SIXTY_FOUR_BITS, max_size=5)


def split(frames: bytes) -> list[tuple[int, object]]:
    """Return (size of the whole frame, frame as pamqp reads it) for each frame."""
    found = []
    while frames:
        size, _, frame = pamqp.frame.unmarshal(frames)
        found.append((size, frame))
        frames = frames[size:]
    return found


@given(
    headers=HEADERS,
    body=st.binary(max_size=300),
    key=NAMES,
    correlation=st.none() | NAMES,
    reply_to=st.none() | NAMES,
    mandatory=st.booleans(),
)
def test_pamqp_reads_what_we_publish(
    headers: dict[str, str | int], body: bytes, key: str, correlation: str | None, reply_to: str | None, mandatory: bool
) -> None:
    message = Outgoing(
        "ex",
        key,
        body,
        "id",
        "kind",
        correlation_id=correlation,
        reply_to=reply_to,
        headers=headers,
        mandatory=mandatory,
    )
    (_, method), (_, header), *rest = split(publish_frames(7, message, 4096))
    assert isinstance(method, Basic.Publish)
    assert isinstance(header, ContentHeader)
    assert (method.exchange, method.routing_key, method.mandatory) == ("ex", key, mandatory)
    properties = header.properties
    assert (properties.message_id, properties.message_type) == ("id", "kind")
    assert (properties.correlation_id, properties.reply_to) == (correlation, reply_to)
    assert properties.headers == headers
    assert (properties.delivery_mode, properties.content_type) == (2, "application/json")
    assert b"".join(frame.value for _, frame in rest if isinstance(frame, ContentBody)) == body
    assert header.body_size == len(body)


@pytest.mark.parametrize("size", [0, 1, 4087, 4088, 4089, 8176, 8177, 50_000])
def test_no_frame_is_larger_than_negotiated(size: int) -> None:
    frames = split(publish_frames(1, Outgoing("", "q", b"x" * size, "m", "t"), 4096))
    assert max(length for length, _ in frames) <= 4096
    assert len(frames) == 2 + -(-size // 4088)


def test_pamqp_reads_our_acknowledgements() -> None:
    frames = [frame for _, frame in split(ack_frames(3, 7, [9, 12]))]
    assert [(f.delivery_tag, f.multiple) for f in frames if isinstance(f, Basic.Ack)] == [
        (7, True),
        (9, False),
        (12, False),
    ]


def test_we_read_every_field_type_that_pamqp_writes() -> None:
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    headers = {
        "text": "é",
        "small": -5,
        "short": -300,
        "unsigned": 60_000,
        "int": -70_000,
        "unsigned-int": 3_000_000_000,
        "long": 2**40,
        "float": 0.5,
        "decimal": Decimal("12.34"),
        "bytes": bytearray(b"\xff\x00"),
        "nested": {"list": ["a", 1, None, {"deep": False}]},
        "nothing": None,
    }
    properties = Basic.Properties(headers={**headers, "at": moment}, message_id="m", priority=3, timestamp=moment)
    payload = ContentHeader(0, 10, properties).marshal()
    assert read_properties(payload) == {
        "headers": {**headers, "at": moment},
        "message_id": "m",
        "priority": 3,
        "timestamp": int(moment.timestamp()),
    }


def test_text_that_is_not_utf8_is_replaced() -> None:
    payload = ContentHeader(0, 0, Basic.Properties(message_id="ab")).marshal().replace(b"ab", b"\xffb")
    assert read_properties(payload) == {"message_id": "\N{REPLACEMENT CHARACTER}b"}


class Recorder:
    """Takes the frames of channel 5 off a stream."""

    def __init__(self) -> None:
        self.taken: list[tuple[int, bytes]] = []

    def attached(self, tap: Tap) -> None: ...

    def writable(self) -> None: ...

    def lost(self, tap: Tap) -> None: ...

    def received(self, kind: int, channel: int, payload: bytes) -> bool:
        if channel == 5:
            self.taken.append((kind, payload))
        return channel == 5


@pytest.mark.parametrize("chunk", [1, 2, 7, 8, 9, 64, 10_000])
async def test_the_tap_takes_its_frames_out_wherever_the_stream_is_cut(chunk: int) -> None:
    bodies = [b"", b"a", b"b" * 200]
    ours = [FRAME.pack(3, 5, len(body)) + body + b"\xce" for body in bodies]
    theirs = [pamqp.frame.marshal(Basic.Ack(n, multiple=False), 1) for n in range(4)]
    stream = theirs[0] + ours[0] + ours[1] + theirs[1] + theirs[2] + ours[2] + theirs[3]
    recorder, reader = Recorder(), asyncio.StreamReader()
    tap = Tap(recorder, reader)
    for at in range(0, len(stream), chunk):
        tap.data_received(stream[at : at + chunk])
    reader.feed_eof()
    assert recorder.taken == [(3, body) for body in bodies]
    passed_on = (await reader.read()).replace(Heartbeat().marshal(), b"")
    assert passed_on == b"".join(theirs)


async def test_a_server_of_another_protocol_version_is_left_to_aiormq() -> None:
    recorder, reader = Recorder(), asyncio.StreamReader()
    Tap(recorder, reader).data_received(b"AMQP\x01\x01\x00\x09")
    reader.feed_eof()
    assert await reader.read() == b"AMQP\x01\x01\x00\x09"


def window_of(messages: Sequence[Outgoing]) -> tuple[Window, asyncio.Future[Sequence[Outcome]]]:
    future = asyncio.get_running_loop().create_future()
    batch = Batch(len(messages), future)
    window = Window()
    window.add([Entry(message, message.body, batch, index) for index, message in enumerate(messages)])
    return window, future


async def test_each_return_marks_one_of_several_equal_messages() -> None:
    equal = [Outgoing("", "gone", b"%d" % n, "same", "t", mandatory=n != 1) for n in range(4)]
    window, future = window_of(equal)
    assert window.advance(10, 10_000) == b"0123"
    window.mark_returned("", "gone", "same")
    window.mark_returned("", "gone", "same")
    entries = window.take(4, multiple=True)
    assert [entry.returned for entry in entries] == [True, False, True, False]
    for entry in entries:
        entry.conclude(Outcome.UNROUTABLE if entry.returned else Outcome.CONFIRMED)
    lost, fine = Outcome.UNROUTABLE, Outcome.CONFIRMED
    assert future.result() == [lost, fine, lost, fine]


async def test_confirms_in_any_order_take_each_message_once() -> None:
    window, _ = window_of([Outgoing("", "q", b"%d" % n, f"m-{n}", "t") for n in range(6)])
    window.advance(10, 10_000)
    taken = [
        window.take(*confirm[:1], multiple=confirm[1]) for confirm in ((3, False), (2, True), (3, True), (6, True))
    ]
    assert [[entry.index for entry in entries] for entries in taken] == [[2], [0, 1], [], [3, 4, 5]]
    assert len(window) == 0


async def test_rewinding_puts_the_unconfirmed_first_in_their_old_order() -> None:
    window, _ = window_of([Outgoing("", "q", b"%d" % n, f"m-{n}", "t") for n in range(6)])
    assert window.advance(4, 10_000) == b"0123"
    window.take(2, multiple=False)
    window.rewind()
    assert window.advance(10, 10_000) == b"02345"
