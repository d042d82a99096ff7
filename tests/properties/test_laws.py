"""Laws that hold for every stream of commands, on the real lanes, groups and completion with a store in memory."""

import asyncio
import json
from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cartwright.wire.status import CartStatus
from engine.replay import replay
from handlers.kinds import JobCommand
from handlers.registry import commands
from storage.memory.store import MemoryStore
from storage.mongo.cart_documents import write_cart
from storage.records import CartKey, CommandKey, Entry
from support.deliveries import TENANT
from support.random_changes import SCHEDULES
from support.simulation import SimulatedWorker, documents, stocked_store
from support.streams import (
    CART_DATA,
    CATALOG_COMMAND,
    CATALOG_DATA,
    COMMAND,
    LONE_STREAMS,
    OPENING,
    STREAMS,
    deliveries,
    one_of_each,
    predictable,
)
from workers.settle.journal_writer import GATHERING

APPLIED = ("applied", "unchanged")
many = settings(max_examples=50, deadline=None)


def run(store: MemoryStore, rounds: list[list[Any]], **arguments: Any) -> list[dict[str, Any]]:
    """The replies to deliveries that come in rounds, each of them drained before the next; in order of arrival."""

    async def work() -> SimulatedWorker:
        worker = SimulatedWorker(store, **arguments)
        for each in rounds:
            for delivery in each:
                worker.receive(replace(delivery, correlation_id=str(len(worker.received))))
            await worker.drain()
        await worker.close()
        return worker

    worker = asyncio.run(work())
    sent = [each for each in worker.outbox.messages if each.to_caller]
    replies = {int(each.correlation_id or ""): json.loads(each.body) for each in sent}
    assert sorted(replies) == list(range(len(worker.received)))
    return [replies[number] for number in sorted(replies)]


def check(store: MemoryStore) -> None:
    """Versions without a hole (G3), totals that are sums (G5), a journal that folds to the cart (G9)."""
    for key, stored in store.carts.stored.items():
        entries = asyncio.run(store.journal.history(key))
        assert [entry.version for entry in entries] == list(range(1, stored.cart.version + 1))
        folded = replay(entries)
        assert folded is not None
        assert write_cart(folded) == write_cart(stored.cart)
        if stored.cart.status is not CartStatus.DELETED:
            _check_sums(stored.cart)


def _check_sums(cart: Any) -> None:
    sums: Counter[tuple[str, str | None, str]] = Counter()
    for item in cart.items:
        for price in item.prices:
            assert price.net + sum(tax.amount for tax in price.taxes) == price.gross
            sums[price.type, price.period, "net"] += price.net
            sums[price.type, price.period, "gross"] += price.gross
    totals: Counter[tuple[str, str | None, str]] = Counter()
    for total in cart.pricing.totals:
        totals[total.type, total.period, "net"] += total.net
        totals[total.type, total.period, "gross"] += total.gross
    assert +sums == +totals
    payable = sum(total.gross for total in cart.pricing.totals if total.type in {"one-time", "recurring"})
    assert cart.pricing.due_now.gross == payable


@many
@given(STREAMS)
def test_versions_sums_and_replay(stream: list[Any]) -> None:
    store = stocked_store()
    run(store, [deliveries(stream)])
    check(store)
    applied = [entry for entry in store.journal.entries.values() if entry.status == "applied"]
    assert len(applied) == sum(stored.cart.version for stored in store.carts.stored.values())


def test_every_command_that_writes_is_in_the_streams() -> None:
    about_no_job = {kind: entry for kind, entry in commands().items() if not isinstance(entry, JobCommand)}
    writing = {kind for kind, entry in about_no_job.items() if not entry.reads}
    assert CART_DATA.keys() | CATALOG_DATA.keys() == writing


def trace(store: MemoryStore) -> Any:
    """All that a store holds."""
    budgets, revisions = repr(vars(store.budgets)), store.catalog.revisions
    catalog = {name: list(each) for name, each in revisions.items()}, dict(store.catalog.unchanged)
    return documents(store), dict(store.journal.entries), catalog, budgets


@many
@given(STREAMS, st.lists(CATALOG_COMMAND, max_size=3), COMMAND | CATALOG_COMMAND)
def test_a_dry_run_predicts_the_real_run_and_leaves_no_trace(stream: list[Any], catalog: list[Any], last: Any) -> None:
    store = stocked_store()
    run(store, [deliveries([*stream, *catalog])])
    before = trace(store)
    (dry,) = run(store, [_last(last, dry=True)])
    assert trace(store) == before
    (real,) = run(store, [_last(last, dry=False)])
    assert (dry["type"] == "command-refused") == (real["type"] == "command-refused")
    if dry["type"] != "command-refused":
        assert dry["status"] == "dry-run"
        assert real["status"] in APPLIED
        dry["status"] = real["status"]
    assert predictable(dry) == predictable(real)


@settings(max_examples=15, deadline=None)
@given(one_of_each())
def test_a_dry_run_of_every_command_predicts_it_and_leaves_no_trace(stream: list[Any]) -> None:
    store = stocked_store()
    run(store, [deliveries(OPENING)])
    for number, command in enumerate(stream):
        before = trace(store)
        (dry,) = run(store, [_last(command, dry=True, message_id=f"m-each-{number}")])
        assert trace(store) == before
        (real,) = run(store, [_last(command, dry=False, message_id=f"m-each-{number}")])
        assert predictable(dry, as_if=real) == predictable(real)


def _last(command: Any, *, dry: bool, message_id: str = "m-last") -> list[Any]:
    kind, cart, data, version = command
    (delivery,) = deliveries([(kind, cart, data, {**version, "dryRun": dry})])
    delivery.message_id = message_id
    return [delivery]


@many
@given(LONE_STREAMS, st.lists(st.integers(1, 6), max_size=10))
def test_a_group_of_many_is_many_groups_of_one(stream: list[Any], sizes: list[int]) -> None:
    one_by_one, grouped = stocked_store(), stocked_store()
    first = run(one_by_one, [[each] for each in deliveries(stream)])
    rest, rounds = deliveries(stream), []
    for size in sizes:
        rounds.append(rest[:size])
        rest = rest[size:]
    second = run(grouped, [each for each in [*rounds, rest] if each])
    assert second == first
    assert documents(grouped) == documents(one_by_one)
    assert _but_for_deliveries(grouped) == _but_for_deliveries(one_by_one)


def _but_for_deliveries(store: MemoryStore) -> dict[CommandKey, Entry]:
    """The journal, but for which delivery made an entry."""
    return {key: replace(entry, token=b"") for key, entry in store.journal.entries.items()}


@many
@given(STREAMS, st.data())
def test_redeliveries_in_any_order_change_nothing(stream: list[Any], data: st.DataObject) -> None:
    store = stocked_store()
    sent = deliveries(stream)
    replies = run(store, [sent])
    before = documents(store)
    applied = [index for index, reply in enumerate(replies) if reply.get("status") in APPLIED]
    again = data.draw(st.lists(st.sampled_from(applied), min_size=1, max_size=20))
    for index, reply in zip(again, run(store, [[sent[index] for index in again]], name="run-2"), strict=True):
        assert reply["status"] == "duplicate"
        told = ("type", "commandId", "cartId", "version", "changes", "priceChanges")
        assert {name: reply[name] for name in told} == {name: replies[index][name] for name in told}
    assert documents(store) == before


@many
@given(STREAMS, st.integers(0, 2**32))
def test_duplicates_among_the_stream_are_applied_once(stream: list[Any], seed: int) -> None:
    store = stocked_store()
    sent = deliveries(stream)
    twice = [each for number, each in enumerate(sent) for _ in range(1 + (seed >> number % 32 & 1))]
    run(store, [twice])
    check(store)
    applied = Counter(entry.command_id for entry in store.journal.entries.values())
    assert set(applied.values()) <= {1}


TROUBLES = st.sampled_from(["none", "none", "slow", "slow", "before", "after"])


@settings(max_examples=SCHEDULES, deadline=None)
@given(STREAMS, st.lists(TROUBLES, max_size=60), st.lists(st.booleans(), max_size=30), st.integers(1, 4))
def test_two_workers_with_trouble_lose_and_repeat_nothing(
    stream: list[Any], troubles: list[str], turns: list[bool], group: int
) -> None:
    store = stocked_store()
    upcoming = iter(troubles)
    sent = deliveries(stream)
    fit: Any = {"gathering": GATHERING, "group_commands": group, "groups_at_once": 2}

    async def work() -> list[SimulatedWorker]:
        workers = [SimulatedWorker(store, name, lambda: next(upcoming, "none"), **fit) for name in ("run-1", "run-2")]
        for number, delivery in enumerate(sent):
            workers[turns[number] if number < len(turns) else 0].receive(delivery)
        await asyncio.gather(*(worker.drain() for worker in workers))
        await asyncio.gather(*(worker.close() for worker in workers))
        return workers

    workers = asyncio.run(work())
    answered = [reply["commandId"] for worker in workers for reply in worker.replies]
    assert Counter(answered) == Counter(f"m-{number}" for number in range(len(sent)))
    _check_outcomes(store, workers)


def _check_outcomes(store: MemoryStore, workers: list[SimulatedWorker]) -> None:
    """G1, G3 and G4: what was answered as applied is in the journal; every version has one event, and no other."""
    events = {
        (event["cartId"], event["version"]): event["commandId"]
        for worker in workers
        for event in worker.events
        if event["type"] == "cart-updated"
    }
    for key, stored in store.carts.stored.items():
        journal = {entry.version: entry.command_id for entry in asyncio.run(store.journal.history(key))}
        outbox = {entry.version: entry.command_id for entry in stored.outbox if entry.status == "applied"}
        known = {**journal, **outbox}
        assert sorted(known) == list(range(1, stored.cart.version + 1))
        assert {version: events[key.cart_id, version] for version in journal} == journal
    for worker in workers:
        for reply in worker.replies:
            if reply.get("status") in APPLIED and reply["version"]:
                key = CartKey(TENANT, reply["cartId"])
                assert store.carts.stored[key].cart.version >= reply["version"]


def test_the_opening_is_sound() -> None:
    replies = run(stocked_store(), [deliveries(OPENING)])
    assert [reply["status"] for reply in replies] == ["applied", "applied"]
