"""Calls in a dialect to a worker in memory: everything between reading and reply is real, but broker and database."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from facts.snapshot import CatalogRows
from storage.memory.store import MemoryStore
from storage.records import Revision
from support.deliveries import TENANT, delivery
from support.dialects import DialectReply
from support.records import START
from support.simulation import SimulatedWorker
from workers.amqp import Outgoing


class MemoryCounter:
    """Makes calls in one dialect, or in none; its replies are read as JSON with exact fractions."""

    def __init__(self, dialect: str, rows: Mapping[str, list[dict[str, Any]]]) -> None:
        store = MemoryStore()
        store.catalog.revisions[TENANT] = [Revision(TENANT, 1, START, "catalog", b"", CatalogRows.of(rows))]
        self.worker = SimulatedWorker(store)
        self.dialect = dialect
        self._sent = 0

    def send(
        self,
        operation: str,
        parameters: object = None,
        body: object = None,
        *,
        cart_id: str | None = None,
        message_id: str | None = None,
        headers: Mapping[str, Any] | None = None,
    ) -> str:
        """Take in a call, to be answered later; return its correlation id."""
        return self._send(
            operation,
            {"parameters": parameters, "body": body},
            message_id,
            {"dialect": self.dialect, "cart-id": cart_id, **(headers or {})},
        )

    def _send(self, name: str, body: object, message_id: str | None, headers: dict[str, Any]) -> str:
        self._sent += 1
        own = message_id or f"m-{self._sent}"
        given = {**headers, "cart-id": headers.get("cart-id") or own}
        correlation_id = f"r-{self._sent}"
        self.worker.take(
            delivery(
                routing_key=f"{TENANT}.{name}",
                body=json.dumps(body, default=_number).encode(),
                message_id=own,
                correlation_id=correlation_id,
                headers=given,
            )
        )
        return correlation_id

    async def call(self, operation: str, *args: Any, **kwargs: Any) -> DialectReply:
        """The reply to a call."""
        correlation_id = self.send(operation, *args, **kwargs)
        await self.worker.drain()
        return reply(self.answers()[correlation_id])

    async def command(self, kind: str, cart_id: str | None, data: dict[str, Any], **envelope: Any) -> dict[str, Any]:
        """The reply to a canonical command."""
        named = {} if cart_id is None else {"cartId": cart_id}
        correlation_id = self._send(kind, {"type": kind, "data": data, **named, **envelope}, None, {"cart-id": cart_id})
        await self.worker.drain()
        answered: dict[str, Any] = reply(self.answers()[correlation_id]).body
        return answered

    def answers(self) -> dict[str, Outgoing]:
        """All replies so far by correlation id."""
        return {str(each.correlation_id): each for each in self.worker.outbox.messages if each.to_caller}


def reply(message: Outgoing) -> DialectReply:
    """A reply with its body read."""
    return DialectReply(json.loads(message.body, parse_float=Decimal), dict(message.headers), str(message.type))


def _number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{value!r} is no JSON")
