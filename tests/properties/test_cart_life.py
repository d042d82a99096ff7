"""The life of two carts, in any order of all commands: what holds of every cart at every moment.

Every command is tried first. Commands that follow from others take effect at once. Time passes.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from audit import audit_stored, read_pages
from cartwright.wire.notes import MAX_NOTES
from models.cart.cart import Cart
from storage.memory.store import MemoryStore
from support.deliveries import TENANT
from support.records import START
from support.simulation import SimulatedWorker, documents, followed, stocked_store
from support.streams import CARTS, CATALOG_COMMAND, COMMAND, OPENING, deliveries, predictable

Command = tuple[str, str | None, dict[str, Any], dict[str, Any]]


class CartLife(RuleBasedStateMachine):
    """Two carts on a store in memory, each command on a worker of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.store: MemoryStore = stocked_store()
        self.at = START
        self.sent = 0
        self.tokens: dict[str, str] = {}
        for command in OPENING:
            self.send(command)

    @rule(command=COMMAND | CATALOG_COMMAND)
    def any_command(self, command: Command) -> None:
        self.tried_and_sent(command)

    @precondition(lambda self: self.tokens)
    @rule(cart=CARTS)
    def submit(self, cart: str) -> None:
        if cart in self.tokens:
            self.tried_and_sent(("submit-cart", cart, {"token": self.tokens[cart]}, {}))

    @rule(minutes=st.sampled_from([1, 10, 120]))
    def time_passes(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    def teardown(self) -> None:
        """At the end all guarantees that a database shows hold: G2, G3, G5, G7 and G9."""
        [page] = asyncio.run(self.pages())
        assert audit_stored(page) == []

    @invariant()
    def nothing_dangles(self) -> None:
        for stored in self.store.carts.stored.values():
            check_structure(stored.cart)

    async def pages(self) -> list[Any]:
        return [page async for page in read_pages(self.store, TENANT)]

    def tried_and_sent(self, command: Command) -> None:
        kind, cart, data, envelope = command
        before = documents(self.store), dict(self.store.journal.entries)
        dry = self.send((kind, cart, data, {**envelope, "dryRun": True}))
        assert (documents(self.store), dict(self.store.journal.entries)) == before
        self.sent -= 1
        real = self.send(command)
        assert predictable(dry, as_if=real) == predictable(real)

    def send(self, command: Command) -> dict[str, Any]:
        self.sent += 1
        [given] = deliveries([command])
        reply = asyncio.run(self.work(replace(given, message_id=f"s-{self.sent}")))
        token = (reply.get("validation") or {}).get("token")
        if token is not None and command[1] is not None:
            self.tokens[command[1]] = token
        return reply

    async def work(self, given: Any) -> dict[str, Any]:
        """The reply of a worker of its own; it also does what follows."""
        worker = SimulatedWorker(self.store, f"run-{self.sent}-{len(self.store.journal.entries)}", at=self.at)
        worker.receive(given)
        await worker.drain()
        for follow_up in [each for each in worker.outbox.messages if each.exchange.endswith(".commands")]:
            worker.receive(followed(follow_up))
            await worker.drain()
        await worker.close()
        [reply] = worker.replies
        return reply


def check_structure(cart: Cart) -> None:
    """Ids are unique, parents and containers are there, and no line is its own ancestor."""
    items, containers = {item.id: item for item in cart.items}, {each.id for each in cart.containers}
    assert (len(items), len(containers)) == (len(cart.items), len(cart.containers))
    for item in cart.items:
        assert item.container_id is None or item.container_id in containers
        seen = {item.id}
        parent = item.parent_id
        while parent is not None:
            assert parent in items
            assert parent not in seen
            seen.add(parent)
            parent = items[parent].parent_id
    for place in (*cart.items, *cart.containers):
        notes = [note.id for note in place.notes]
        assert len(notes) == len(set(notes)) <= MAX_NOTES


TestCartLife = CartLife.TestCase
TestCartLife.settings = settings(
    max_examples=12, stateful_step_count=20, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate]
)
