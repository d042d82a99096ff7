"""What fails for a reason of its own fails alone: what was committed before it is answered, told and journaled."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from models.answers.cart_answer import CartAnswer
from storage.memory.carts import MemoryCarts
from storage.memory.store import MemoryStore
from storage.records import CartKey, NewerData, StoredCart
from support.deliveries import TENANT, command_delivery
from support.dialects import DialectReply
from support.memory_counter import MemoryCounter, reply
from support.shop import OFFERINGS, PRICES, TAXES
from support.simulation import SimulatedWorker, stocked_store
from support.subscription_shop import FULL_CATALOG, checkout
from workers.consume.work import Answered, Work
from workers.execute.staged import StagedCalls

ROWS = {"offerings": OFFERINGS, "prices": PRICES, "taxes": TAXES}


@pytest.fixture
async def counter() -> AsyncIterator[MemoryCounter]:
    counter = MemoryCounter("subscription-shop", ROWS)
    yield counter
    await counter.worker.close()


async def answers(counter: MemoryCounter, *correlation_ids: str) -> list[DialectReply]:
    await counter.worker.drain()
    told = counter.answers()
    return [reply(told[each]) for each in correlation_ids]


async def test_a_checkout_that_meets_a_bug_takes_none_before_it_along(
    counter: MemoryCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = StagedCalls.prepare

    async def met(self: StagedCalls, work: Work) -> Answered | None:
        if work.command.id == "bad":
            raise RuntimeError("a bug")
        return await prepare(self, work)

    monkeypatch.setattr(StagedCalls, "prepare", met)
    sent = [counter.send("create-checkout", None, checkout("box"), message_id=each) for each in ("one", "bad", "two")]
    with capture_logs() as logs:
        one, bad, two = await answers(counter, *sent)
    assert [(each["event"], each["lane"]) for each in logs] == [("lane_failed", "staged")]
    assert [each.headers["status"] for each in (one, two)] == ["applied", "applied"]
    assert (bad.http_status, bad.body["code"]) == (500, "internal")
    events = [each["commandId"] for each in counter.worker.events if each["type"] == "cart-updated"]
    assert sorted(events) == ["one", "two"]
    journal = cast("MemoryStore", counter.worker.store).journal
    assert {entry.command_id for entry in journal.entries.values()} == {"one", "two"}


async def test_a_cart_of_a_later_release_takes_no_other_of_its_group_along(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = SimulatedWorker(stocked_store())
    load = MemoryCarts.load

    async def newer(self: MemoryCarts, keys: Any) -> dict[CartKey, StoredCart]:
        if CartKey(TENANT, "c-2") in keys:
            raise NewerData("cart", 99, 1)
        return await load(self, keys)

    monkeypatch.setattr(MemoryCarts, "load", newer)
    for cart_id in ("c-1", "c-2", "c-3"):
        worker.receive(command_delivery("create-cart", cart_id, {"country": "FR", "currency": "EUR"}))
    await worker.drain()
    await worker.close()
    told = {each["cartId"]: each.get("status") or each["error"]["code"] for each in worker.replies}
    assert told == {"c-1": "applied", "c-2": "temporarily-unavailable", "c-3": "applied"}


async def test_a_checkout_with_a_sale_is_answered_where_prior_prices_are_shown(counter: MemoryCounter) -> None:
    await counter.command("set-configuration", None, {"pricingPolicy": {"priorPrices": "shown"}})
    reduced = {**FULL_CATALOG["prices"][0], "id": "p-sale", "amount": "25.00"}
    reduced["relationships"] = [{"id": "p-box", "type": "replaces"}]
    body = checkout("box", prices=[*FULL_CATALOG["prices"], reduced])
    made = await counter.call("create-checkout", None, body)
    # Two boxes at 25.00 and two keys at 2.00, and 10 %.
    assert (made.headers["status"], made.body["totalAmount"]) == ("applied", Decimal("59.4"))


async def test_an_answer_that_cannot_be_written_takes_no_other_of_its_group_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worker = SimulatedWorker(stocked_store())
    body = CartAnswer.body

    def written(self: CartAnswer, command_id: str | None) -> bytes:
        if self.cart_id == "c-2":
            raise TypeError("Integer exceeds 64-bit range")
        return body(self, command_id)

    monkeypatch.setattr(CartAnswer, "body", written)
    for cart_id in ("c-1", "c-2", "c-3"):
        worker.receive(command_delivery("create-cart", cart_id, {"country": "FR", "currency": "EUR"}))
    with capture_logs() as logs:
        await worker.drain()
    await worker.close()
    assert [each["event"] for each in logs] == ["answer_not_written"]
    told = {each["cartId"]: each.get("status") or each["error"]["code"] for each in worker.replies}
    assert told == {"c-1": "applied", "c-2": "internal", "c-3": "applied"}
    counts = worker.parts.completion.outcomes.by_type
    assert (counts["create-cart", "applied"], counts["create-cart", "refused"]) == (2, 1)
    # All three were committed, and are told.
    created = sorted(each["cartId"] for each in worker.events if each["type"] == "cart-created")
    assert created == ["c-1", "c-2", "c-3"]
    assert sorted(tag for each in worker.received for tag in each.link.acknowledged) == [1, 2, 3]  # type: ignore[attr-defined]
