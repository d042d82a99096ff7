"""The audit finds nothing wrong with an honest history, and each check finds the breach that was planted for it."""

import asyncio
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from audit import GUARANTEES, STORED, Finding, History, Kept, Sent, audit, audit_stored, read_kept, read_pages
from audit import kept as kept_module
from audit.audit import CHECKS
from models.cart.pricing_result import DueNow, PricingResult
from models.jobs.job import JobState
from storage.memory.store import MemoryStore
from storage.records import CartKey, Entry
from support.deliveries import TENANT, command_delivery
from support.job_runs import finish
from support.simulation import SimulatedWorker, stocked_store
from workers.amqp import Delivery

PLAN = {"id": "i-1", "offeringId": "plan"}


def quantity(cart_id: str, value: int, message_id: str, **envelope: Any) -> Delivery:
    data = {"products": [{"id": "i-1", "quantity": value}]}
    return command_delivery("update-products", cart_id, data, message_id=message_id, **envelope)


def creation(cart_id: str, message_id: str) -> Delivery:
    data = {"country": "FR", "currency": "EUR", "items": [PLAN]}
    return command_delivery("create-cart", cart_id, data, message_id=message_id)


def removal(message_id: str, **envelope: Any) -> Delivery:
    return command_delivery("remove-items", "c-1", {"itemIds": ["i-9"]}, message_id=message_id, **envelope)


CREATED = (Sent("m-create", "c-1"), creation("c-1", "m-create"))
COMMANDS = (
    CREATED,
    (Sent("m-other", "c-2"), creation("c-2", "m-other")),
    (Sent("m-third", "c-3"), creation("c-3", "m-third")),
    (Sent("m-dry", "c-1", writes=False, predicts="m-real"), quantity("c-1", 3, "m-dry", dryRun=True)),
    (Sent("m-real", "c-1"), quantity("c-1", 3, "m-real")),
    (
        Sent("m-sure", "c-1", writes=False, predicts="m-refused", alone=True),
        removal("m-sure", dryRun=True),
    ),
    (Sent("m-refused", "c-1"), removal("m-refused")),
    (Sent("m-read", "c-1", writes=False), command_delivery("get-cart", "c-1", {}, message_id="m-read")),
    (Sent("m-same", "c-1"), quantity("c-1", 3, "m-same")),
    CREATED,
    (
        Sent("m-tax"),
        command_delivery(
            "upsert-taxes",
            None,
            {"taxes": [{"id": "fr", "country": "FR", "category": "standard", "rate": "5.5"}]},
            message_id="m-tax",
        ),
    ),
    (Sent("m-last", "c-1"), command_delivery("reprice-cart", "c-1", {}, message_id="m-last")),
    (Sent("m-delete", "c-2"), command_delivery("delete-cart", "c-2", {}, message_id="m-delete")),
)


STARTING = (
    Sent("m-job"),
    command_delivery("start-repricing", None, {"cartIds": ["c-3"]}, message_id="m-job"),
)


async def record() -> tuple[History, MemoryStore]:
    """What a worker does with these commands, one after the other, and a job, whose own id a client takes up."""
    store, history = stocked_store(), History(TENANT)
    worker = SimulatedWorker(store)
    for sent, delivery in (*COMMANDS, STARTING):
        history.confirmed(sent)
        worker.receive(delivery)
        await worker.drain()
    job = await finish(worker, worker.replies[-1]["job"]["id"])
    message_id = f"{job.id}:c-3"
    history.confirmed(Sent(message_id, "c-3"))
    worker.receive(quantity("c-3", 2, message_id))
    await worker.drain()
    await worker.close()
    for reply in worker.replies:
        history.replied(reply)
    for message in worker.outbox.messages:
        if message.exchange.endswith(".events"):
            history.heard(message.message_id or "", bytes(message.body))
    return history, store


@pytest.fixture(scope="module")
def honest() -> tuple[History, Kept, MemoryStore]:
    history, store = asyncio.run(record())
    return history, asyncio.run(read_kept(store, history)), store


@pytest.fixture
def history(honest: tuple[History, Kept, MemoryStore]) -> History:
    return deepcopy(honest[0])


@pytest.fixture
def kept(honest: tuple[History, Kept, MemoryStore]) -> Kept:
    return honest[1]


def test_an_honest_history_has_no_breach(history: History, kept: Kept) -> None:
    assert audit(history, kept) == []
    assert [entry.version for entry in kept.journals["c-1"]] == [1, 2, 3]
    assert {reply["status"] for reply in history.replies["m-create"]} == {"applied", "duplicate"}
    assert kept.entries["m-same"].status == "unchanged"
    assert kept.catalog.keys() == {"m-tax"}
    assert kept.steered == {"m-job"}
    [job] = kept.jobs
    by_job, by_message = kept.journals["c-3"][1:]
    assert (by_job.job_id, by_message.job_id) == (job.id, None)
    assert by_job.command_id == by_message.command_id == f"{job.id}:c-3"
    assert {event.fields["type"] for event in history.events} == {
        "cart-updated",
        "price-changed",
        "cart-created",
        "cart-deleted",
        "reprice-completed",
    }


def journal(kept: Kept, change: Callable[[list[Entry]], list[Entry]]) -> Kept:
    return replace(kept, journals={**kept.journals, "c-1": change(list(kept.journals["c-1"]))})


def cart(kept: Kept, **fields: Any) -> Kept:
    stored = kept.carts["c-1"]
    return replace(kept, carts={**kept.carts, "c-1": replace(stored, cart=replace(stored.cart, **fields))})


def priced(kept: Kept, change: Callable[[PricingResult], PricingResult]) -> Kept:
    return cart(kept, pricing=change(kept.carts["c-1"].cart.pricing))


def nothing_came_of_it(history: History, kept: Kept) -> Kept:
    del history.replies["m-read"]
    return kept


def parked_and_applied(history: History, kept: Kept) -> Kept:
    history.set_aside("m-real", "internal")
    return kept


def applied_and_lost(_: History, kept: Kept) -> Kept:
    return replace(kept, entries={name: entry for name, entry in kept.entries.items() if name != "m-same"})


def two_versions(_: History, kept: Kept) -> Kept:
    return journal(kept, lambda entries: [entries[0], replace(entries[0], version=2), entries[2]])


def another_answer(history: History, kept: Kept) -> Kept:
    history.replies["m-create"][1]["version"] = 2
    return kept


def two_carts(_: History, kept: Kept) -> Kept:
    other = [replace(entry, command_id="m-create") for entry in kept.journals["c-2"]]
    return replace(kept, journals={**kept.journals, "c-2": other})


def two_revisions(_: History, kept: Kept) -> Kept:
    return replace(kept, revisions=[*kept.revisions, replace(kept.revisions[-1], revision=3)])


def revised_by(kept: Kept, body_hash: bytes) -> Kept:
    """As if the command `m-real`, with this body, had made a revision, too."""
    last = kept.revisions[-1]
    again = replace(last, revision=last.revision + 1, command_id="m-real", body_hash=body_hash)
    return replace(kept, revisions=[*kept.revisions, again])


def a_revision_and_a_version(_: History, kept: Kept) -> Kept:
    return revised_by(kept, b"another body")


def another_revision_told(history: History, kept: Kept) -> Kept:
    history.replies["m-tax"][0]["catalogRevision"] = 7
    return kept


def a_hole(_: History, kept: Kept) -> Kept:
    return journal(kept, lambda entries: [entries[0], entries[2]])


def a_silent_version(history: History, kept: Kept) -> Kept:
    history.events = [event for event in history.events if event.fields.get("version") != 2]
    return kept


def a_silent_job(history: History, kept: Kept) -> Kept:
    history.events = [event for event in history.events if event.fields["type"] != "reprice-completed"]
    return kept


def a_job_that_ends_twice(history: History, kept: Kept) -> Kept:
    [end] = [event for event in history.events if event.fields["type"] == "reprice-completed"]
    history.events.append(replace(end, id="x"))
    return kept


def a_job_that_nobody_stored(_: History, kept: Kept) -> Kept:
    return replace(kept, jobs=[])


def a_job_that_ended_otherwise(_: History, kept: Kept) -> Kept:
    return replace(kept, jobs=[replace(job, state=JobState.FAILED) for job in kept.jobs])


def a_version_of_no_job(_: History, kept: Kept) -> Kept:
    journal = [replace(entry, job_id=None) for entry in kept.journals["c-3"]]
    return replace(kept, journals={**kept.journals, "c-3": journal})


def a_silent_end(history: History, kept: Kept) -> Kept:
    history.events = [event for event in history.events if event.fields["type"] != "cart-deleted"]
    return kept


def events_out_of_order(history: History, kept: Kept) -> Kept:
    history.events.reverse()
    return kept


def one_event_with_two_bodies(history: History, kept: Kept) -> Kept:
    history.events.append(replace(history.events[0], body=b"{}"))
    return kept


def an_event_of_nothing(history: History, kept: Kept) -> Kept:
    event = history.versions[-1]
    history.events.append(replace(event, id="x", fields={**event.fields, "version": 9, "type": "cart-submitted"}))
    return kept


def an_event_of_another_command(history: History, kept: Kept) -> Kept:
    history.events[0].fields["commandId"] = "m-nobody"
    return kept


def a_cent_too_much(_: History, kept: Kept) -> Kept:
    return priced(kept, lambda pricing: replace(pricing, due_now=DueNow(gross=1)))


def a_cent_too_much_in_between(_: History, kept: Kept) -> Kept:
    def dearer(entries: list[Entry]) -> list[Entry]:
        first = entries[0]
        pricing = first.priced.pricing
        dearer = replace(pricing, due_now=replace(pricing.due_now, gross=pricing.due_now.gross + 1))
        return [replace(first, priced=replace(first.priced, pricing=dearer)), *entries[1:]]

    return journal(kept, dearer)


def a_cent_too_much_told(history: History, kept: Kept) -> Kept:
    history.events[0].fields["dueNow"]["gross"] = "0.01"
    return kept


def a_lost_catalog(_: History, kept: Kept) -> Kept:
    return replace(kept, snapshots={0: kept.snapshots[0], 1: kept.snapshots[1]})


def never_priced(_: History, kept: Kept) -> Kept:
    return priced(kept, lambda pricing: replace(pricing, stamp=replace(pricing.stamp, priced_at=None)))


def a_trace(_: History, kept: Kept) -> Kept:
    return replace(kept, entries={**kept.entries, "m-dry": kept.entries["m-real"]})


def another_prediction(history: History, kept: Kept) -> Kept:
    history.replies["m-dry"][0]["cart"]["dueNow"]["gross"] = "0.01"
    return kept


def another_refusal_predicted(history: History, kept: Kept) -> Kept:
    history.replies["m-sure"][0]["error"]["message"] = "It depends."
    return kept


def somebody_elses_event(history: History, kept: Kept) -> Kept:
    event = history.events[0]
    history.events.append(replace(event, id="x", fields={**event.fields, "tenant": "other"}))
    return kept


def somebody_elses_reply(history: History, kept: Kept) -> Kept:
    history.replied({**history.replies["m-real"][0], "commandId": "m-theirs"})
    return kept


def somebody_elses_cart(history: History, kept: Kept) -> Kept:
    history.replies["m-read"][0]["cartId"] = "c-theirs"
    return kept


def somebody_elses_row(_: History, kept: Kept) -> Kept:
    return cart(kept, tenant="other")


def no_answer(history: History, kept: Kept) -> Kept:
    del history.replies["m-real"]
    history.first_replies.pop("m-real")
    return kept


def no_answer_to_the_other_body(history: History, kept: Kept) -> Kept:
    history.reused.add("m-real")
    return kept


def another_line(_: History, kept: Kept) -> Kept:
    return cart(kept, last_update_reason="nobody said so")


BREACHES: list[tuple[Callable[[History, Kept], Kept], set[str]]] = [
    (nothing_came_of_it, {"G1", "G8"}),
    (parked_and_applied, {"G1"}),
    (applied_and_lost, {"G1"}),
    (two_versions, {"G2"}),
    (another_answer, {"G2"}),
    (two_carts, {"G2"}),
    (two_revisions, {"G2"}),
    (a_revision_and_a_version, {"G2"}),
    (another_revision_told, {"G2"}),
    (a_hole, {"G3", "G9"}),
    (a_silent_version, {"G4"}),
    (a_silent_job, {"G4"}),
    (a_job_that_ends_twice, {"G4"}),
    (a_job_that_nobody_stored, {"G1", "G4"}),
    (a_job_that_ended_otherwise, {"G4"}),
    (a_version_of_no_job, {"G2", "G4"}),
    (a_silent_end, {"G4"}),
    (events_out_of_order, {"G4"}),
    (one_event_with_two_bodies, {"G4"}),
    (an_event_of_nothing, {"G4"}),
    (an_event_of_another_command, {"G4"}),
    (a_cent_too_much, {"G5"}),
    (a_cent_too_much_in_between, {"G5"}),
    (a_cent_too_much_told, {"G5"}),
    (a_lost_catalog, {"G5"}),
    (never_priced, {"G5"}),
    (a_trace, {"G6"}),
    (another_prediction, {"G6"}),
    (another_refusal_predicted, {"G6"}),
    (somebody_elses_event, {"G7"}),
    (somebody_elses_reply, {"G7"}),
    (somebody_elses_cart, {"G7"}),
    (somebody_elses_row, {"G7"}),
    (no_answer, {"G8"}),
    (no_answer_to_the_other_body, {"G8"}),
    (another_line, {"G9"}),
]


@pytest.mark.parametrize(("breach", "guarantees"), BREACHES)
def test_a_breach_is_found(
    history: History,
    kept: Kept,
    breach: Callable[[History, Kept], Kept],
    guarantees: set[str],
) -> None:
    found = {finding.guarantee for finding in audit(history, breach(history, kept))}
    assert guarantees <= found


@pytest.mark.parametrize("check", CHECKS)
def test_each_check_finds_a_breach_and_guards_a_guarantee(
    honest: tuple[History, Kept, MemoryStore], check: Callable[[History, Kept], Iterator[Finding]]
) -> None:
    found: set[str] = set()
    for breach, guarantees in BREACHES:
        history = deepcopy(honest[0])
        found |= {each.guarantee for each in check(history, breach(history, honest[1]))} & guarantees
    assert found


def test_every_guarantee_has_a_breach() -> None:
    assert set().union(*(guarantees for _, guarantees in BREACHES)) == GUARANTEES.keys()


def test_a_call_may_bring_rows_and_a_cart(history: History, kept: Kept) -> None:
    both = revised_by(kept, kept.entries["m-real"].body_hash)
    assert [finding.guarantee for finding in audit(history, both)] == []


def test_a_dry_run_that_something_came_after_need_not_come_true(history: History, kept: Kept) -> None:
    history.replies["m-dry"][0]["version"] = 1
    history.replies["m-dry"][0]["changes"] = []
    assert audit(history, kept) == []


def test_a_dry_run_that_was_done_again_after_the_real_run_changes_nothing_more(history: History, kept: Kept) -> None:
    predicted = history.replies["m-dry"][0]
    assert predicted["version"] == history.replies["m-real"][0]["version"]
    predicted["changes"] = predicted["priceChanges"] = []
    assert audit(history, kept) == []
    predicted["cart"]["dueNow"]["gross"] = "0.01"
    assert [finding.guarantee for finding in audit(history, kept)] == ["G6"]


def test_a_dry_run_that_predicts_a_part_is_wrong(history: History, kept: Kept) -> None:
    history.replies["m-dry"][0]["priceChanges"] = []
    assert [finding.guarantee for finding in audit(history, kept)] == ["G6"]


def test_another_command_under_the_same_id_is_another_command(history: History, kept: Kept) -> None:
    mismatch = {"type": "command-refused", "commandId": "m-real", "error": {"code": "idempotency-mismatch"}}
    history.replied(mismatch)
    assert [finding.guarantee for finding in audit(history, kept)] == ["G1"]
    history.reused.add("m-real")
    assert audit(history, kept) == []


def copied(store: MemoryStore) -> MemoryStore:
    """A store of its own with the same rows."""
    other = MemoryStore()
    other.carts.stored = dict(store.carts.stored)
    other.journal.entries = dict(store.journal.entries)
    other.catalog = store.catalog
    return other


def stored_findings(store: MemoryStore) -> list[Finding]:
    async def read() -> list[Finding]:
        return [finding async for page in read_pages(store, TENANT) for finding in audit_stored(page)]

    return asyncio.run(read())


def test_the_database_alone_shows_what_it_can(
    honest: tuple[History, Kept, MemoryStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_module, "PAGE", 1)
    store = honest[2]
    assert stored_findings(store) == []
    assert set(STORED) == {"G2", "G3", "G5", "G7", "G9"}
    key = CartKey(TENANT, "c-2")
    tampered = copied(store)
    stored = tampered.carts.stored[key]
    pricing = replace(stored.cart.pricing, due_now=DueNow(gross=1))
    tampered.carts.stored[key] = replace(stored, cart=replace(stored.cart, pricing=pricing))
    assert [(each.guarantee, each.subject) for each in stored_findings(tampered)] == [("G5", "c-2"), ("G9", "c-2")]


def test_what_still_waits_in_the_outbox_belongs_to_the_journal(honest: tuple[History, Kept, MemoryStore]) -> None:
    key = CartKey(TENANT, "c-1")
    waiting = copied(honest[2])
    *_, last = asyncio.run(waiting.journal.history(key))
    stored = waiting.carts.stored[key]
    waiting.carts.stored[key] = replace(stored, outbox=())
    del waiting.journal.entries[last.key]
    assert {each.guarantee for each in stored_findings(waiting)} == {"G3", "G9"}
    waiting.carts.stored[key] = replace(stored, outbox=(last,))
    assert stored_findings(waiting) == []
    asyncio.run(waiting.journal.append([replace(last, cart_id="c-9")]))
    assert {each.guarantee for each in stored_findings(waiting)} == {"G2"}


def test_a_cart_that_moves_on_while_it_is_audited_is_no_breach(honest: tuple[History, Kept, MemoryStore]) -> None:
    key = CartKey(TENANT, "c-1")
    earlier = copied(honest[2])
    *_, last = asyncio.run(earlier.journal.history(key))
    ahead = replace(last, command_id="m-next", version=last.version + 1)
    asyncio.run(earlier.journal.append([ahead]))
    assert stored_findings(earlier) == []
