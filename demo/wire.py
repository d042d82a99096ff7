"""The demo's own connection to the broker: sends any message, receives every reply, event and parked message.

Each tenant has queues of its own, as in production: what arrives there is what that tenant sees.
"""

import asyncio
import json
from functools import partial
from types import TracebackType
from typing import Any, Self

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from cartwright.wire.parked import PARKED_CODE
from demo.record import Record, Sending
from workers.broker.topology import Topology
from workers.settings import Settings

PATIENCE = 30.0
"""Seconds after which a reply is no longer waited for; the audit then finds it missing."""


class Wire:
    """Sends messages, and records what comes back."""

    def __init__(self, url: str, prefix: str, record: Record) -> None:
        self._url = url
        self._prefix = prefix
        self._record = record
        self._waiting: dict[str, tuple[Sending, asyncio.Event]] = {}

    async def __aenter__(self) -> Self:
        """Connect, and listen: the workers have declared the topology already."""
        self._connection = await aio_pika.connect(self._url)
        self._channel = await self._connection.channel()
        self._door = await self._channel.get_exchange(f"{self._prefix}.commands")
        for tenant in self._record.histories:
            replies = await self._channel.declare_queue(self._reply_to(tenant), exclusive=True)
            await replies.consume(partial(self._on_reply, tenant), no_ack=True)
            events = await self._channel.declare_queue(f"{self._prefix}.demo-events.{tenant}", exclusive=True)
            await events.bind(f"{self._prefix}.events", f"{tenant}.#")
            await events.consume(partial(self._on_event, tenant), no_ack=True)
        parking = await self._channel.get_queue(f"{self._prefix}.parking")
        await parking.consume(self._on_parked, no_ack=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connection.close()

    async def post(self, sending: Sending, **properties: Any) -> asyncio.Event:
        """Send a message and return once the broker has it; the returned event is set once the outcome is known.

        `properties` replace those that a well-behaved sender would set.
        """
        correlation_id = str(len(self._record.sendings))
        settled = asyncio.Event()
        self._waiting[correlation_id] = (self._record.sent(sending), settled)
        headers = {"cart-id": sending.cart_id or sending.message_id, **properties.pop("headers", {})}
        given = {
            "message_id": sending.message_id,
            "correlation_id": correlation_id,
            "reply_to": self._reply_to(sending.tenant) if sending.wants_reply else None,
            "content_type": "application/json",
            "delivery_mode": aio_pika.DeliveryMode.PERSISTENT,
            "headers": headers,
            **properties,
        }
        await self._door.publish(aio_pika.Message(sending.body, **given), f"{sending.tenant}.{sending.kind}")
        return settled

    async def ask(self, sending: Sending, **properties: Any) -> None:
        """Send a message and wait until its outcome is known; raises `TimeoutError`."""
        settled = await self.post(sending, **properties)
        async with asyncio.timeout(PATIENCE):
            await settled.wait()

    async def remove_topology(self, settings: Settings) -> None:
        """Delete every queue and exchange of the prefix; the workers are gone by then."""
        topology = Topology(settings)
        for queue in topology.queues():
            await self._channel.queue_delete(queue.name)
        for exchange in topology.exchanges():
            await self._channel.exchange_delete(exchange.name)

    def _reply_to(self, tenant: str) -> str:
        return f"reply.{self._prefix}.{tenant}"

    async def _on_reply(self, tenant: str, message: AbstractIncomingMessage) -> None:
        sending, settled = self._waiting[message.correlation_id or ""]
        self._record.answered(sending, json.loads(message.body), tenant)
        settled.set()

    async def _on_event(self, tenant: str, message: AbstractIncomingMessage) -> None:
        self._record.happened(tenant, message.message_id or "", message.body)

    async def _on_parked(self, message: AbstractIncomingMessage) -> None:
        sending, settled = self._waiting[message.correlation_id or ""]
        self._record.set_aside(sending, str(message.headers[PARKED_CODE]))
        settled.set()
