"""`merge-carts` and what happens to the other cart before its deletion comes: nothing of it is lost."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from cartwright.wire.parked import PARKED_CODE
from cartwright.wire.status import CartStatus
from models.cart.cart import Cart
from storage.memory.store import MemoryStore
from storage.records import CartKey
from support.deliveries import TENANT
from support.job_runs import command, finish
from support.simulation import SimulatedWorker, followed, stocked_store
from workers.amqp import Delivery

TARGET, SOURCE = "c-42", "c-7"
PLAN, PHONE = {"id": "i-1", "offeringId": "plan"}, {"id": "i-2", "offeringId": "phone"}
MORE = {"items": [{"id": "i-3", "offeringId": "phone", "term": "P12M"}]}


@pytest.fixture
def store() -> MemoryStore:
    return stocked_store()


@pytest.fixture
async def worker(store: MemoryStore) -> AsyncIterator[SimulatedWorker]:
    """A worker with two carts, of which one is to come into the other."""
    worker = SimulatedWorker(store)
    for cart_id, item in ((TARGET, PLAN), (SOURCE, PHONE)):
        await told(worker, "create-cart", cart_id, {"country": "FR", "currency": "EUR", "items": [item]})
    yield worker
    await worker.close()


async def told(worker: SimulatedWorker, kind: str, cart_id: str, data: dict[str, Any]) -> dict[str, Any]:
    """The reply to a command, which took effect."""
    reply = await command(worker, kind, data, cart_id=cart_id)
    assert reply.get("status") in {"applied", "unchanged"}, reply
    return reply


async def merged(worker: SimulatedWorker) -> Delivery:
    """Merge the carts; the deletion of the other one, which is still on its way."""
    await told(worker, "merge-carts", TARGET, {"from": SOURCE})
    return followed(next(each for each in worker.outbox.messages if each.exchange.endswith(".commands")))


async def come(worker: SimulatedWorker, deletion: Delivery) -> list[str]:
    """Have the deletion executed; the codes with which it is parked."""
    before = len(worker.outbox.messages)
    worker.receive(deletion)
    await worker.drain()
    await worker.parts.completion.parked()
    return [str(each.headers[PARKED_CODE]) for each in worker.outbox.messages[before:] if each.parked]


def source(store: MemoryStore) -> Cart:
    return store.carts.stored[CartKey(TENANT, SOURCE)].cart


async def test_a_cart_that_nobody_touched_since_ends(store: MemoryStore, worker: SimulatedWorker) -> None:
    assert await come(worker, await merged(worker)) == []
    assert source(store).status is CartStatus.DELETED


async def test_an_order_that_was_submitted_meanwhile_stays(store: MemoryStore, worker: SimulatedWorker) -> None:
    token = (await told(worker, "validate-cart", SOURCE, {}))["validation"]["token"]
    deletion = await merged(worker)
    await told(worker, "submit-cart", SOURCE, {"token": token})
    assert await come(worker, deletion) == ["rebase-conflict"]
    assert source(store).status is CartStatus.SUBMITTED
    assert source(store).item("i-2") is not None


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("add-items", MORE),
        ("remove-items", {"itemIds": ["i-2"]}),
        ("save-cart", {}),
        ("lock-cart", {"owner": "agent-7", "seconds": 300}),
    ],
)
async def test_a_cart_that_was_changed_meanwhile_lives_on_with_its_changes(
    store: MemoryStore, worker: SimulatedWorker, kind: str, data: dict[str, Any]
) -> None:
    deletion = await merged(worker)
    await told(worker, kind, SOURCE, data)
    before = source(store)
    assert await come(worker, deletion) == ["rebase-conflict"]
    assert source(store) == before


async def test_merged_again_it_brings_what_it_had_more_and_ends(store: MemoryStore, worker: SimulatedWorker) -> None:
    deletion = await merged(worker)
    await told(worker, "add-items", SOURCE, MORE)
    await come(worker, deletion)
    worker.outbox.messages.clear()
    assert await come(worker, await merged(worker)) == []
    assert source(store).status is CartStatus.DELETED
    target = store.carts.stored[CartKey(TENANT, TARGET)].cart
    assert [item.id for item in target.items if not item.is_gift] == ["i-1", "i-2", "i-3"]


async def test_a_cart_of_which_only_prices_moved_meanwhile_ends(store: MemoryStore, worker: SimulatedWorker) -> None:
    """Neither a job nor a call that reprices it keeps it alive."""
    deletion = await merged(worker)
    point = {"id": "pp-phone", "offeringId": "phone", "type": "one-time", "currency": "EUR", "amount": "90.00"}
    await command(worker, "upsert-prices", {"prices": [point]})
    job = (await command(worker, "start-repricing", {"cartIds": [SOURCE]}))["job"]
    await finish(worker, job["id"])
    assert source(store).version == 2
    assert await come(worker, deletion) == []
    assert source(store).status is CartStatus.DELETED


PLAN_GIVEN_UP = {"id": "x", "offeringId": "plan", "productId": "p1", "action": "terminate"}
CASE = {"id": "t", "offeringId": "case", "characteristics": {"color": "red"}}
PAIR = [{**PLAN_GIVEN_UP, "id": "old"}, {**CASE, "id": "new", "action": "swap"}]


async def lines_of(
    worker: SimulatedWorker, strategy: str, target: list[dict[str, Any]], source: list[dict[str, Any]]
) -> dict[str, tuple[str, int]]:
    """Action and quantity of every ordered line that a cart has after another one came into it."""
    for cart_id, items in (("c-t", target), ("c-s", source)):
        await told(worker, "create-cart", cart_id, {"country": "FR", "currency": "EUR", "items": items})
    cart = (await told(worker, "merge-carts", "c-t", {"from": "c-s", "strategy": strategy}))["cart"]
    relationships = {item["id"]: item["relationships"] for item in cart["items"]}
    if "old" in relationships:
        assert relationships["old"] == [{"id": "new", "type": "replaced-by"}]
        assert relationships["new"] == [{"id": "old", "type": "replaces"}]
    return {item["id"]: (item["action"], item["quantity"]) for item in cart["items"] if not item.get("addedBy")}


@pytest.mark.parametrize("strategy", ["keep-target", "sum", "take-larger"])
@pytest.mark.parametrize("given_up_first", [False, True])
async def test_a_product_that_is_given_up_is_not_one_that_is_ordered(
    worker: SimulatedWorker, strategy: str, given_up_first: bool
) -> None:
    """Neither is the termination lost, nor the purchase, nor is one of them doubled."""
    carts = [[PLAN], [PLAN_GIVEN_UP]]
    lines = await lines_of(worker, strategy, *(reversed(carts) if given_up_first else carts))
    assert lines == {"i-1": ("add", 1), "x": ("terminate", 1)}


@pytest.mark.parametrize("other", [{"productId": "p2"}, {"action": "modify"}, {"action": "add"}])
async def test_lines_of_another_product_or_action_stay_apart(worker: SimulatedWorker, other: dict[str, Any]) -> None:
    lines = await lines_of(worker, "sum", [PLAN_GIVEN_UP], [{**PLAN_GIVEN_UP, "id": "y", **other}])
    assert lines == {"x": ("terminate", 1), "y": (other.get("action", "terminate"), 1)}


@pytest.mark.parametrize("strategy", ["keep-target", "sum"])
@pytest.mark.parametrize(
    "own",
    [
        {"id": "t", "offeringId": "plan"},
        CASE,
        {**PLAN_GIVEN_UP, "id": "t"},
        {**CASE, "action": "swap", "relationships": [{"id": "p9", "type": "replaces"}]},
    ],
)
async def test_a_swapped_pair_comes_in_as_a_whole(worker: SimulatedWorker, own: dict[str, Any], strategy: str) -> None:
    lines = await lines_of(worker, strategy, [own], PAIR)
    assert lines == {"t": (own.get("action", "add"), 1), "old": ("terminate", 1), "new": ("swap", 1)}


@pytest.mark.parametrize(("strategy", "quantity"), [("keep-target", 1), ("sum", 2)])
async def test_a_pair_is_the_same_as_an_equal_pair(worker: SimulatedWorker, strategy: str, quantity: int) -> None:
    """Merged again after its deletion was refused, a cart terminates nothing twice."""
    lines = await lines_of(worker, strategy, PAIR, [{**each, "id": f"s-{each['id']}"} for each in PAIR])
    assert lines == {"old": ("terminate", quantity), "new": ("swap", quantity)}


async def test_a_pair_that_ends_in_another_product_is_another_pair(worker: SimulatedWorker) -> None:
    other = [{**PAIR[0], "id": "s-old"}, {**PAIR[1], "id": "s-new", "term": "P12M"}]
    assert list(await lines_of(worker, "keep-target", PAIR, other)) == ["old", "new", "s-old", "s-new"]


async def test_halves_that_hang_on_different_lines_come_in_together(worker: SimulatedWorker) -> None:
    under = {**PAIR[1], "parentId": "i-2", "relationships": [{"id": "old", "type": "replaces"}]}
    carts = [[{**each, "id": f"{prefix}{each['id']}"} for each in (PHONE, PAIR[0], under)] for prefix in ("", "s-")]
    carts[1][2] |= {"parentId": "s-i-2", "relationships": [{"id": "s-old", "type": "replaces"}]}
    lines = await lines_of(worker, "keep-target", *carts)
    assert list(lines) == ["i-2", "old", "new", "s-old", "s-new"]


CARD = {"kind": "gift-card", "amount": "20.00", "reference": "GC-1"}
DOWN_PAYMENT = {"kind": "down-payment", "amount": "30.00", "itemId": "i-2"}
UNNAMED = {"kind": "wallet", "amount": "5.00"}


async def pay(worker: SimulatedWorker, cart_id: str, *given: dict[str, Any]) -> None:
    for data in given:
        await told(worker, "apply-adjustment", cart_id, data)


def money(store: MemoryStore, cart_id: str = TARGET) -> list[tuple[str, int, str | None]]:
    """What each adjustment of a cart is, how much, and for which line."""
    adjustments = store.carts.stored[CartKey(TENANT, cart_id)].cart.adjustments
    assert len({each.id for each in adjustments}) == len(adjustments)
    return [(each.reference or each.kind, each.amount, each.item_id) for each in adjustments]


async def test_the_money_of_the_other_cart_comes_along(store: MemoryStore, worker: SimulatedWorker) -> None:
    await pay(worker, TARGET, UNNAMED)
    await pay(worker, SOURCE, CARD, DOWN_PAYMENT, {**UNNAMED, "name": "Theirs", "attributes": {"from": "Ann"}})
    dry = await command(worker, "merge-carts", {"from": SOURCE}, cart_id=TARGET, dryRun=True)
    assert money(store) == [("wallet", 500, None)]
    await merged(worker)
    expected = [("wallet", 500, None), ("GC-1", 2000, None), ("down-payment", 3000, "i-2"), ("wallet", 500, None)]
    assert money(store) == expected
    cart = (await command(worker, "get-cart", {}, cart_id=TARGET))["cart"]
    assert dry["cart"]["adjustments"] == cart["adjustments"]
    assert cart["dueNow"]["adjustments"] == "60.00"
    assert (cart["adjustments"][3]["name"], cart["adjustments"][3]["attributes"]) == ("Theirs", {"from": "Ann"})


async def test_a_card_that_both_carts_have_counts_once(store: MemoryStore, worker: SimulatedWorker) -> None:
    await pay(worker, TARGET, CARD)
    await pay(worker, SOURCE, {**CARD, "amount": "40.00"}, {**CARD, "kind": "voucher"})
    await merged(worker)
    assert money(store) == [("GC-1", 2000, None), ("GC-1", 2000, None)]


async def test_a_down_payment_is_for_the_line_that_its_line_became(store: MemoryStore, worker: SimulatedWorker) -> None:
    await told(worker, "add-items", TARGET, {"items": [{"id": "t", "offeringId": "phone"}]})
    await pay(worker, SOURCE, DOWN_PAYMENT)
    await merged(worker)
    assert money(store) == [("down-payment", 3000, "t")]


async def test_a_down_payment_for_a_line_that_is_gone_is_for_no_other(
    store: MemoryStore, worker: SimulatedWorker
) -> None:
    await pay(worker, SOURCE, DOWN_PAYMENT)
    await told(worker, "remove-items", SOURCE, {"itemIds": ["i-2"]})
    await told(worker, "add-items", TARGET, {"items": [{"id": "i-2", "offeringId": "plan", "term": "P12M"}]})
    reply = await told(worker, "merge-carts", TARGET, {"from": SOURCE})
    assert money(store) == [("down-payment", 3000, "i-2-2")]
    assert "down-payment-without-item" in {each["code"] for each in reply["cart"]["warnings"]}


async def test_money_of_another_currency_comes_along_with_a_warning(
    store: MemoryStore, worker: SimulatedWorker
) -> None:
    await pay(worker, SOURCE, CARD)
    stored = store.carts.stored[CartKey(TENANT, SOURCE)]
    foreign = tuple(replace(each, currency="USD") for each in stored.cart.adjustments)
    store.carts.stored[CartKey(TENANT, SOURCE)] = replace(stored, cart=replace(stored.cart, adjustments=foreign))
    worker = SimulatedWorker(store)
    reply = await told(worker, "merge-carts", TARGET, {"from": SOURCE})
    assert reply["cart"]["dueNow"]["adjustments"] == "0.00"
    assert "adjustment-currency" in {each["code"] for each in reply["cart"]["warnings"]}
    await worker.close()


async def test_a_cart_that_lives_on_keeps_its_money_and_brings_none_twice(
    store: MemoryStore, worker: SimulatedWorker
) -> None:
    await pay(worker, SOURCE, CARD, UNNAMED, DOWN_PAYMENT)
    deletion = await merged(worker)
    await told(worker, "save-cart", SOURCE, {})
    assert await come(worker, deletion) == ["rebase-conflict"]
    before = money(store)
    assert (before, len(before)) == (money(store, SOURCE), 3)
    await pay(worker, SOURCE, {**UNNAMED, "amount": "1.00"})
    worker.outbox.messages.clear()
    assert await come(worker, await merged(worker)) == []
    assert money(store) == [*before, ("wallet", 100, None)]
