"""A wire that can be cut: what tests put between a client, or a worker, and RabbitMQ."""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit


class Proxy:
    """A TCP proxy in front of the broker that can fall silent, be slow, refuse connections or cut them."""

    def __init__(self, amqp_url: str) -> None:
        self._target = urlsplit(amqp_url)
        self._writers: set[asyncio.StreamWriter] = set()
        self._clients: set[asyncio.StreamWriter] = set()
        self._relays: set[asyncio.Task[None]] = set()
        self.answering = asyncio.Event()
        self.answering.set()
        self.refusing = False
        self.delay = 0.0
        """Seconds before whatever the broker says is passed on."""
        self.passed: int | None = None
        """How many bytes of the broker's are passed on to each client before its connection is cut; None: all."""
        self.connections = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        login = f"{self._target.username or 'guest'}:{self._target.password or 'guest'}"
        self.url = f"amqp://{login}@127.0.0.1:{port}{self._target.path}"

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refusing:
            writer.transport.abort()
            return
        self.connections += 1
        host, port = self._target.hostname or "127.0.0.1", self._target.port or 5672
        broker_reader, broker_writer = await asyncio.open_connection(host, port)
        self._clients.add(writer)
        self._writers |= {writer, broker_writer}
        for relay in (
            self._relay(reader, broker_writer, None),
            self._relay(broker_reader, writer, self.answering),
        ):
            task = asyncio.create_task(relay)
            self._relays.add(task)
            task.add_done_callback(self._relays.discard)

    async def _relay(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, gate: asyncio.Event | None
    ) -> None:
        left = self.passed if gate is not None else None
        with suppress(OSError):
            while data := await source.read(65536):
                if gate is not None:
                    await asyncio.sleep(self.delay)
                    await gate.wait()
                if left is not None:
                    data, left = data[:left], left - len(data)
                sink.write(data)
                if left is not None and left <= 0:
                    break
                await sink.drain()
        sink.close()

    def tell_clients(self, frames: bytes) -> None:
        """Say something in the broker's stead; only while the broker itself is silent."""
        for writer in self._clients:
            writer.write(frames)

    def cut(self) -> None:
        """End every connection at once, on both sides, with whatever was on its way."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()
        self._clients.clear()
        for relay in self._relays:
            relay.cancel()

    async def stop(self) -> None:
        self._server.close()
        self.cut()
