"""Messages byte by byte: property lists and header tables as no client library would write them, and their sending."""

import asyncio
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pamqp.frame
from pamqp import commands as amqp
from pamqp.encode import by_type
from pamqp.header import ProtocolHeader
from yarl import URL

from support.patience import PATIENCE
from workers.amqp.decoding import PROPERTIES
from workers.amqp.encoding import BODY, FRAME, FRAME_END, HEADER


def short(text: str | bytes) -> bytes:
    """A short string."""
    raw = text.encode() if isinstance(text, str) else text
    return bytes((len(raw),)) + raw


def long(raw: bytes) -> bytes:
    """Bytes behind their length: a long string, a table, an array."""
    return struct.pack(">I", len(raw)) + raw


def table(*fields: tuple[str | bytes, bytes]) -> bytes:
    """A header table of names and encoded values, type included."""
    return long(b"".join(short(name) + value for name, value in fields))


def nested_tables(levels: int) -> bytes:
    """A header table of so many tables within each other."""
    inner = b""
    for _ in range(levels - 1):
        inner = b"\x01tF" + long(inner)
    return long(inner)


def nested_arrays(levels: int) -> bytes:
    """A header table that holds so many arrays within each other."""
    inner = b""
    for _ in range(levels):
        inner = b"A" + long(inner)
    return table(("a", inner))


def properties(**values: bytes) -> bytes:
    """A property list, flags first: each value as it goes over the wire, in the order of the specification."""
    flags = sum(1 << 15 - index for index, name in enumerate(PROPERTIES) if name in values)
    return struct.pack(">H", flags) + b"".join(values[name] for name in PROPERTIES if name in values)


def property_list(**values: Any) -> bytes:
    """A property list of these values; one that is None is left out, an empty text is not."""
    given = {name: value for name, value in values.items() if value is not None}
    return properties(**{name: by_type(value, amqp.Basic.Properties.amqp_type(name)) for name, value in given.items()})


def content_header(listed: bytes, body_size: int = 0) -> bytes:
    """The payload of a content header frame with this property list."""
    return struct.pack(">HHQ", 60, 0, body_size) + listed


@dataclass(slots=True)
class RawClient:
    """A publisher that writes what it is told to."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    rest: bytes = b""

    @classmethod
    async def connect(cls, url: str) -> "RawClient":
        """Log in, open channel 1 and ask for confirms on it."""
        at = URL(url)
        reader, writer = await asyncio.open_connection(at.host, at.port)
        client = cls(reader, writer)
        writer.write(ProtocolHeader().marshal())
        await client.wait_for(amqp.Connection.Start)
        login = f"\0{at.user}\0{at.password}"
        client.send(amqp.Connection.StartOk({}, "PLAIN", login, "en_US"), channel=0)
        tune = await client.wait_for(amqp.Connection.Tune)
        client.send(amqp.Connection.TuneOk(tune.channel_max, tune.frame_max, 0), channel=0)
        client.send(amqp.Connection.Open("/"), channel=0)
        await client.wait_for(amqp.Connection.OpenOk)
        client.send(amqp.Channel.Open())
        await client.wait_for(amqp.Channel.OpenOk)
        client.send(amqp.Confirm.Select())
        await client.wait_for(amqp.Confirm.SelectOk)
        return client

    def send(self, frame: Any, channel: int = 1) -> None:
        """Write one frame of a method."""
        self.writer.write(pamqp.frame.marshal(frame, channel))

    async def publish(self, exchange: str, routing_key: str, listed: bytes, body: bytes = b"{}") -> bool:
        """Publish a message with this property list; False if the broker closed the connection or channel over it."""
        self.send(amqp.Basic.Publish(exchange=exchange, routing_key=routing_key))
        header = content_header(listed, len(body))
        for kind, payload in ((HEADER, header), (BODY, body)):
            self.writer.write(FRAME.pack(kind, 1, len(payload)) + payload + FRAME_END)
        answer = await self.wait_for(amqp.Basic.Ack, amqp.Channel.Close, amqp.Connection.Close)
        return isinstance(answer, amqp.Basic.Ack)

    async def wait_for(self, *kinds: type) -> Any:
        """The next frame of one of these kinds."""
        async with asyncio.timeout(PATIENCE):
            while True:
                frame = await self._next()
                if isinstance(frame, kinds):
                    return frame

    async def _next(self) -> Any:
        while True:
            if len(self.rest) >= FRAME.size:
                size, _, frame = pamqp.frame.unmarshal(self.rest) if self._complete() else (0, 0, None)
                if size:
                    self.rest = self.rest[size:]
                    return frame
            received = await self.reader.read(2**16)
            if not received:
                raise ConnectionResetError("the broker has hung up")
            self.rest += received

    def _complete(self) -> bool:
        return len(self.rest) >= FRAME.size + FRAME.unpack_from(self.rest)[2] + len(FRAME_END)

    async def close(self) -> None:
        """Hang up."""
        self.writer.close()


def all_truncations(listed: bytes) -> Iterable[bytes]:
    """A property list cut off at every byte."""
    return (listed[:end] for end in range(len(listed)))
