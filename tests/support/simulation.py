"""A worker without a broker: the real lanes, groups, completion and watermark on a store in memory."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import SecretStr

from cartwright.wire.parked import CHUNK
from cartwright.wire.refusals import Refusal
from engine.reading import Origin, read_command
from facts.snapshot import CatalogRows
from handlers.registry import commands
from models.answers.answer import Refused
from storage.memory.store import MemoryStore
from storage.mongo.cart_documents import write_cart
from storage.ports import Store
from storage.records import (
    Briefing,
    CartKey,
    CartWrite,
    Revision,
    StorageUnavailable,
    StoredCart,
    WriteResult,
)
from support.deliveries import TENANT, delivery
from support.offers import OFFERS
from support.records import START
from support.shop import OFFERINGS, PRICES, TAXES
from support.sources import MemoryLink, MemorySource
from workers.amqp import Delivery, Outgoing
from workers.consume.intake import Intake
from workers.consume.lanes import Lanes
from workers.consume.work import Source, Work
from workers.settings import Settings
from workers.wiring import Parts, Wiring

Trouble = Callable[[], str]
"""What the next call to the store meets: `none`, `slow`, `before` (fails unwritten) or `after` (written, unknown)."""


def stocked_store() -> MemoryStore:
    """A store with the shop's catalog at revision 1, promotions and all."""
    store = MemoryStore()
    store.catalog.revisions[TENANT] = [Revision(TENANT, 1, START, "catalog", b"", stocked_rows())]
    return store


def stocked_rows() -> CatalogRows:
    """The shop's catalog."""
    return CatalogRows.of({"offerings": OFFERINGS, "prices": PRICES, "taxes": TAXES, **OFFERS})


def followed(message: Outgoing) -> Delivery:
    """A command that follows from another one, as it arrives."""
    return delivery(
        body=message.body,
        routing_key=message.routing_key,
        message_id=message.message_id,
        correlation_id=message.correlation_id,
        reply_to=None,
        headers=dict(message.headers),
    )


class TroubledCarts:
    """The store's carts behind a network: slow, or failing before or after the deed."""

    def __init__(self, carts: Any, trouble: Trouble) -> None:
        self._carts = carts
        self._trouble = trouble

    def __getattr__(self, name: str) -> Any:
        return getattr(self._carts, name)

    async def load(self, keys: Collection[CartKey]) -> dict[CartKey, StoredCart]:
        return await _meet(self._trouble(), lambda: self._carts.load(keys))

    async def commit(self, writes: Sequence[CartWrite]) -> list[WriteResult]:
        return await _meet(self._trouble(), lambda: self._carts.commit(writes))


class TroubledBriefings:
    """The same for what groups ask before they are executed."""

    def __init__(self, briefings: Any, trouble: Trouble) -> None:
        self._briefings = briefings
        self._trouble = trouble

    async def fetch(self, *arguments: Any) -> Briefing:
        return await _meet(self._trouble(), lambda: self._briefings.fetch(*arguments))


async def _meet(trouble: str, call: Callable[[], Awaitable[Any]]) -> Any:
    if trouble == "slow":
        for _ in range(5):
            await asyncio.sleep(0)
    if trouble == "before":
        raise StorageUnavailable("before")
    result = await call()
    if trouble == "after":
        raise StorageUnavailable("after")
    return result


class Outbox:
    """What the worker publishes; messages to the retry queues come back at once, chunks of jobs when they are wanted.

    The broker confirms nothing while `confirming` is cleared.
    """

    def __init__(self, back: Callable[[Outgoing], None]) -> None:
        self.messages: list[Outgoing] = []
        self.confirming = asyncio.Event()
        self.confirming.set()
        self._back = back

    async def send(self, messages: Sequence[Outgoing]) -> Awaitable[None]:
        self.messages += messages
        for message in messages:
            if ".retry." in message.exchange or message.type == CHUNK:
                self._back(message)
        return self._confirmed()

    async def _confirmed(self) -> None:
        await asyncio.sleep(0)
        await self.confirming.wait()


@cache
def _settings(**settings: Any) -> Settings:
    """Settings of simulated workers: reading them takes as long as many commands."""
    keys = SecretStr("a key that all of them have " * 2)
    usual = {"attempts_in_place": 1, "retry_delays": (1,) * 50, "cached_lines": 1000, "token_keys": keys}
    return Settings(**{**usual, **settings})


class SimulatedWorker:
    """One worker on a store that others may share. Its clock is moved by hand: `at`.

    Its journal gathers for no time, unless told otherwise: most tests wait after each command until nothing is left.
    """

    def __init__(
        self,
        store: Store,
        name: str = "run-1",
        trouble: Trouble = lambda: "none",
        at: datetime = START,
        gathering: float = 0.0,
        **settings: Any,
    ):
        commands()
        chosen = _settings(**settings)
        troubled = copy(store)
        troubled.carts = TroubledCarts(store.carts, trouble)
        troubled.briefings = TroubledBriefings(store.briefings, trouble)
        self.outbox = Outbox(self._come_back)
        self.received: list[Delivery] = []
        self.chunks: list[Outgoing] = []
        self.store = store
        self.at = at
        self.link = MemoryLink()
        self._submitted = 0
        self._running: asyncio.Task[None] | None = None
        self._lanes = Lanes()
        self._intake = Intake(chosen.reply_prefix, trust_roles=True)
        self.parts = Parts(chosen, name, troubled, self.outbox, self._lanes, Wiring(clock=lambda: self.at))
        self.parts.journal.gathering_seconds = gathering

    def receive(self, delivery: Delivery) -> None:
        """Take in a delivery that is a command; raises `Refusal` if it is none."""
        source = self._source(delivery)
        self._lanes.put(self._intake.read(self.received[-1], source, START))

    def take(self, delivery: Delivery) -> None:
        """Take in whatever arrives; what is no command is refused."""
        source = self._source(delivery)
        try:
            self._lanes.put(self._intake.read(self.received[-1], source, START))
        except Refusal as refusal:
            self.outbox.messages += source.answer(Refused(refusal))

    def _source(self, delivery: Delivery) -> Source:
        own = replace(delivery, delivery_tag=len(self.received) + 1)
        self.received.append(own)
        return self.parts.source(own)

    def submit(
        self, kind: str, cart_id: str, data: dict[str, Any], message_id: str, attempts: int = 10
    ) -> MemorySource:
        """Take in a command that came from no broker; its source, which has the answers."""
        body = json.dumps({"type": kind, "cartId": cart_id, "data": data}).encode()
        registered, command = read_command(body, Origin(TENANT, kind, message_id, cart_id, None, START))
        self._submitted += 1
        source = MemorySource(self.link, self._submitted, body, self._lanes.put, attempts)
        self._lanes.put(Work(source, registered, command, None))
        return source

    def _come_back(self, message: Outgoing) -> None:
        if message.type == CHUNK:
            self.chunks.append(message)
            return
        fields = {name: getattr(message, name) for name in ("routing_key", "body", "message_id", "correlation_id")}
        self.receive(replace(self.received[0], reply_to=message.reply_to, headers=dict(message.headers), **fields))

    async def drain(self) -> None:
        """Work until nothing is left."""
        self._running = self._running or asyncio.create_task(self.parts.dispatcher.run())
        await self._lanes.idle()
        await self.parts.dispatcher.finish()

    async def close(self) -> None:
        """Stop working."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    @property
    def replies(self) -> list[dict[str, Any]]:
        """The replies in the order of publication."""
        return [json.loads(each.body) for each in self.outbox.messages if each.to_caller]

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events in the order of publication."""
        return [json.loads(each.body) for each in self.outbox.messages if each.exchange.endswith(".events")]


def documents(store: MemoryStore) -> dict[str, Any]:
    """Every cart of a store as its document."""
    return {key.cart_id: write_cart(stored.cart) for key, stored in store.carts.stored.items()}
