"""The load generator: fills queues, keeps commands in flight, or sends at a fixed rate; and times the replies.

Sending and receiving go through Cartwright's own AMQP path, so that the generator costs little beside what it measures.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

from hdrh.histogram import HdrHistogram  # type: ignore[import-untyped]

from benchmarks.scene import TENANT, message_id
from benchmarks.systems import System
from workers.amqp import Acknowledges, Delivery, Outgoing
from workers.amqp.tap import TappedBroker, TappedPublisher
from workers.broker.asking import asking

Commands = Iterator[tuple[str, str, bytes]]
"""Cart id, command type and body of each command."""

_PREFETCH = 5000
_CHUNK = 1000
_PATIENCE = 30.0
_LONGEST = 60_000_000
"""Microseconds that the histograms can hold."""


@dataclass(slots=True)
class Tally:
    """Replies of one stretch of time. Times in seconds, the histogram in microseconds."""

    times: list[float] = field(default_factory=list)
    others: int = 0
    example: str = ""
    latencies: HdrHistogram = field(default_factory=lambda: HdrHistogram(1, _LONGEST, 3))

    def percentile(self, percent: float) -> float:
        """A latency in milliseconds."""
        return float(self.latencies.get_value_at_percentile(percent)) / 1000


class Traffic:
    """Commands to one system, and the replies to them."""

    def __init__(self, url: str, prefix: str, system: System, tenant: str = TENANT) -> None:
        self._url = url
        self._publisher = TappedPublisher(url)
        self._broker = TappedBroker(url)
        self._exchange = f"{prefix}.commands"
        self._system = system
        self._tenant = tenant
        self._replies = f"reply.{prefix}.{tenant}"
        self._consumer = self._broker.consumer(self._replies, self._receive, prefetch=_PREFETCH)
        self._sent: dict[str, float] = {}
        self._unacknowledged: dict[Acknowledges, list[int]] = {}
        self._after: Callable[[], None] | None = None
        self._wanted = 0
        self._enough = asyncio.Event()
        self._status = b""
        self.tally = Tally()

    async def open(self) -> None:
        """Connect and listen for replies."""
        async with asking(self._url) as open_channel:
            channel = await open_channel()
            await channel.queue_declare(self._replies, auto_delete=True)
        await self._publisher.connect()
        await self._broker.start()

    async def close(self) -> None:
        """Disconnect."""
        await self._publisher.close(0.1)
        await self._broker.stop()

    def begin(self, status: str) -> None:
        """Restart the counts; every reply should have this status."""
        self.tally = Tally()
        self._status = f'"status":"{status}"'.encode()
        self._sent.clear()

    async def fill(self, commands: Commands, many: int) -> None:
        """Publish `many` commands and wait until the broker has them all."""
        while many > 0:
            chunk = [self._message(*each) for each in islice(commands, min(many, _CHUNK))]
            many -= len(chunk)
            await self._publisher.send(chunk)

    async def first_reply(self, seconds: float = _PATIENCE) -> None:
        """Wait until the first reply is there; raises TimeoutError."""
        await self._replied(1, seconds)

    async def replies(self, many: int, seconds: float) -> None:
        """Wait for `many` replies in all, but no longer than `seconds`."""
        with suppress(TimeoutError):
            await self._replied(many, seconds)

    async def closed_loop(self, commands: Commands, in_flight: int, seconds: float) -> None:
        """Keep `in_flight` commands in flight for `seconds`: every reply brings the next command."""
        self._after = lambda: self._send(next(commands), time.perf_counter())
        for each in islice(commands, in_flight):
            self._send(each, time.perf_counter())
        await asyncio.sleep(seconds)
        self._after = None

    async def open_loop(
        self, commands: Commands, rate: float, seconds: float, ended: Callable[[], bool] = lambda: False
    ) -> None:
        """Send at a fixed rate, whatever comes back; latencies count from when each was due, sent late or not.

        It ends after `seconds`, or once `ended` says so.
        """
        begun = time.perf_counter() + 0.05
        total = int(rate * seconds)
        sent = 0
        while sent < total and not ended():
            due = begun + sent / rate
            while sent < total and due <= time.perf_counter():
                self._send(next(commands), due)
                sent += 1
                due = begun + sent / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await self._replied(sent, _PATIENCE)

    async def called(
        self, calls: Commands, rate: float, seconds: float, ended: Callable[[], bool] = lambda: False
    ) -> Tally:
        """The tally of calls at a fixed rate; raises RuntimeError if some were not applied."""
        self.begin("applied")
        await self.open_loop(calls, rate, seconds, ended)
        if self.tally.others:
            raise RuntimeError(f"{self.tally.others} calls were not applied: {self.tally.example}")
        return self.tally

    async def _replied(self, many: int, seconds: float) -> None:
        if len(self.tally.times) < many:
            self._wanted = many
            self._enough.clear()
            await asyncio.wait_for(self._enough.wait(), seconds)

    def _send(self, command: tuple[str, str, bytes], due: float) -> None:
        message = self._message(*command)
        self._sent[message.message_id] = due
        self._publisher.send([message])

    def _message(self, cart_id: str, kind: str, body: bytes) -> Outgoing:
        identity = message_id()
        return Outgoing(
            exchange=self._exchange,
            routing_key=f"{self._tenant}.{kind}",
            body=self._system.envelope(kind, body),
            message_id=identity,
            type="",
            correlation_id=identity,
            reply_to=self._replies,
            headers={"cart-id": cart_id},
        )

    def _receive(self, delivery: Delivery) -> None:
        now = time.perf_counter()
        tally = self.tally
        tally.times.append(now)
        if self._status not in delivery.body:
            tally.others += 1
            tally.example = tally.example or delivery.body[:300].decode(errors="replace")
        due = self._sent.pop(delivery.correlation_id or "", None)
        if due is not None:
            tally.latencies.record_value(min(max(1, int((now - due) * 1e6)), _LONGEST))
        if not self._unacknowledged:
            asyncio.get_running_loop().call_soon(self._acknowledge)
        self._unacknowledged.setdefault(delivery.link, []).append(delivery.delivery_tag)
        if self._after is not None:
            self._after()
        if self._wanted and len(tally.times) >= self._wanted:
            self._enough.set()

    def _acknowledge(self) -> None:
        for link, tags in self._unacknowledged.items():
            link.acknowledge(tags)
        self._unacknowledged = {}
