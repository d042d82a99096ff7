"""Budgets on a worker in memory: of a customer whom only a command finds, of orders and what amends them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from facts.snapshot import CatalogRows
from models.cart.budgets import Budget
from storage.budgets import TenantBudget
from storage.memory.store import MemoryStore
from storage.records import CartKey, Revision
from support.deliveries import TENANT, command_delivery
from support.job_runs import command
from support.memory_counter import MemoryCounter
from support.records import START
from support.shop import OFFERINGS, PRICES, TAXES
from support.simulation import SimulatedWorker
from support.subscription_shop import checkout

ONCE = {"id": "once", "level": "cart", "caps": {"perCustomer": 1}, "benefits": [{"kind": "percent", "value": "10"}]}
"""A promotion that takes 10 % off, once for each customer."""
FIVE = {"code": "FIVE", "reductionAmount": "5.00", "currency": "EUR", "uses": 1}
"""A voucher with one use."""
PLAN, PHONE = {"id": "i-1", "offeringId": "plan"}, {"id": "i-1", "offeringId": "phone"}
SUBSCRIPTION = {"subscriptionId": "sub-1"}
UPGRADE = ("create-mid-term-upgrade", {**SUBSCRIPTION, "item": {"offeringId": "phone"}})
OFFER = ("create-subscription-offer", SUBSCRIPTION)


@pytest.fixture
async def worker() -> AsyncIterator[SimulatedWorker]:
    """A worker on the shop's catalog, with one voucher and no promotions."""
    store = MemoryStore()
    rows = CatalogRows.of({"offerings": OFFERINGS, "prices": PRICES, "taxes": TAXES, "vouchers": [FIVE]})
    store.catalog.revisions[TENANT] = [Revision(TENANT, 1, START, "catalog", b"", rows)]
    worker = SimulatedWorker(store)
    yield worker
    await worker.close()


async def done(worker: SimulatedWorker, kind: str, cart_id: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
    """The cart, after a command that was applied."""
    reply = await command(worker, kind, data or {}, cart_id=cart_id)
    assert reply.get("status") == "applied", reply
    cart: dict[str, Any] = reply["cart"]
    return cart


async def submitted(worker: SimulatedWorker, cart_id: str, kind: str = "submit-cart") -> None:
    """Validate a cart, and submit it."""
    validation = (await command(worker, "validate-cart", {}, cart_id=cart_id))["validation"]
    assert validation["valid"], validation
    await done(worker, kind, cart_id, {"token": validation["token"]})


async def subscribed(worker: SimulatedWorker, payable: str) -> None:
    """The submitted cart of a subscription, and what was payable for it."""
    header = {"country": "FR", "currency": "EUR", "keys": SUBSCRIPTION, "customer": {"id": "u-1"}}
    cart = await done(worker, "create-cart", "c-1", {**header, "items": [PLAN]})
    assert cart["dueNow"]["payable"] == payable
    await submitted(worker, "c-1")


@pytest.mark.parametrize(("kind", "data", "payable"), [(*UPGRADE, "111.00"), (*OFFER, "10.00")])
async def test_a_dry_run_knows_what_the_customer_of_the_subscription_has_used_up(
    worker: SimulatedWorker, kind: str, data: dict[str, Any], payable: str
) -> None:
    await command(worker, "upsert-promotions", {"promotions": [ONCE]})
    await subscribed(worker, "9.00")
    dry, real = [await command(worker, kind, data, cart_id="up-1", dryRun=each) for each in (True, False)]
    assert (dry["status"], real["status"], real["cart"]["dueNow"]["payable"]) == ("dry-run", "applied", payable)
    for name in ("version", "cart", "changes", "priceChanges", "warnings"):
        assert dry[name] == real[name]


async def test_of_two_upgrades_at_once_one_has_what_the_customer_can_have_once(worker: SimulatedWorker) -> None:
    await subscribed(worker, "10.00")
    await command(worker, "upsert-promotions", {"promotions": [ONCE]})
    known = len(worker.replies)
    for cart_id in ("up-1", "up-2"):
        worker.take(command_delivery(UPGRADE[0], cart_id, UPGRADE[1]))
    await worker.drain()
    payable = [reply["cart"]["dueNow"]["payable"] for reply in worker.replies[known:]]
    # 120.00, for one of them less 10 %; then less 10.00 that were paid for the plan.
    assert sorted(payable) == ["110.00", "98.00"]


async def test_a_dry_run_of_a_cart_with_a_catalog_of_its_own_knows_what_is_used_up() -> None:
    rows = {"offerings": OFFERINGS, "prices": PRICES, "taxes": TAXES, "promotions": [{**ONCE, "caps": {"total": 1}}]}
    counter = MemoryCounter("subscription-shop", rows)
    given = {"country": "FR", "locale": "fr-FR", "storeId": "s-1", "wantedProducts": [{"id": "plan"}]}
    first = await counter.call("create-item", None, given)
    body = {**checkout("box"), "cart": given}
    dry, real = [await counter.call("create-checkout", {"dryRun": each}, body) for each in (True, False)]
    assert [each.body["totalAmount"] for each in (first, dry, real)] == [9, 10, 10]
    await counter.worker.close()


async def ordered(worker: SimulatedWorker) -> None:
    """The submitted cart `c-1`, which holds the voucher, and its submitted amendment `a-1`."""
    await done(worker, "create-cart", "c-1", {"country": "FR", "currency": "EUR", "items": [PHONE]})
    await done(worker, "add-voucher", "c-1", {"code": "FIVE"})
    await submitted(worker, "c-1")
    await done(worker, "start-amendment", "a-1", {"amends": "c-1"})
    await submitted(worker, "a-1", "submit-amendment")


async def holders(worker: SimulatedWorker) -> set[str]:
    """The carts that hold the voucher."""
    key = TenantBudget(TENANT, Budget("voucher", "FIVE"))
    carts = [CartKey(TENANT, each) for each in ("c-1", "a-1", "a-2")]
    found = await worker.store.budgets.balances([key], carts)
    assert found[key].count == len(found[key].holders)
    return {each.cart_id for each in found[key].holders}


async def test_an_amendment_of_an_amendment_shares_what_the_order_holds(worker: SimulatedWorker) -> None:
    await ordered(worker)
    cart = await done(worker, "start-amendment", "a-2", {"amends": "a-1"})
    # 100.00 less 5.00, and 20 %.
    assert (cart["vouchers"][0]["applied"], cart["dueNow"]["payable"]) == (True, "114.00")
    cart = await done(worker, "update-products", "a-2", {"products": [{"id": "i-1", "quantity": 2}]})
    assert (cart["vouchers"][0]["applied"], cart["dueNow"]["payable"]) == (True, "234.00")
    await submitted(worker, "a-2", "submit-amendment")
    assert await holders(worker) == {"c-1"}


async def test_an_amendment_that_drops_a_voucher_leaves_it_to_the_order(worker: SimulatedWorker) -> None:
    await ordered(worker)
    await done(worker, "start-amendment", "a-2", {"amends": "a-1"})
    await done(worker, "remove-voucher", "a-2", {"code": "FIVE"})
    assert await holders(worker) == {"c-1"}
    cart = await done(worker, "add-voucher", "a-2", {"code": "FIVE"})
    assert cart["vouchers"][0]["applied"]
    await submitted(worker, "a-2", "submit-amendment")
    await done(worker, "delete-cart", "a-2")
    assert await holders(worker) == {"c-1"}


async def test_a_submitted_amendment_can_be_deleted_and_leaves_the_voucher_to_the_order(
    worker: SimulatedWorker,
) -> None:
    await ordered(worker)
    assert (await done(worker, "delete-cart", "a-1"))["status"] == "deleted"
    assert await holders(worker) == {"c-1"}


async def test_what_an_amendment_itself_came_to_use_stays_used_and_counts_for_the_next_one(
    worker: SimulatedWorker,
) -> None:
    await done(worker, "create-cart", "c-1", {"country": "FR", "currency": "EUR", "items": [PHONE]})
    await submitted(worker, "c-1")
    await done(worker, "start-amendment", "a-1", {"amends": "c-1"})
    await done(worker, "update-products", "a-1", {"products": [{"id": "i-1", "quantity": 2}]})
    await done(worker, "add-voucher", "a-1", {"code": "FIVE"})
    await submitted(worker, "a-1", "submit-amendment")
    cart = await done(worker, "start-amendment", "a-2", {"amends": "a-1"})
    assert (cart["vouchers"][0]["applied"], cart["dueNow"]["payable"]) == (True, "234.00")
    await done(worker, "delete-cart", "a-1")
    assert await holders(worker) == {"a-1"}


async def refused(worker: SimulatedWorker, kind: str, cart_id: str, data: dict[str, Any] | None = None) -> str:
    """The code of a refusal."""
    code: str = (await command(worker, kind, data or {}, cart_id=cart_id))["error"]["code"]
    return code


async def test_an_order_is_not_reopened_while_an_amendment_shares_what_it_holds(worker: SimulatedWorker) -> None:
    await ordered(worker)
    assert await refused(worker, "reopen-cart", "c-1") == "cart-read-only"
    await done(worker, "start-amendment", "a-2", {"amends": "a-1"})
    dry = await command(worker, "reopen-cart", {}, cart_id="a-1", dryRun=True)
    assert (dry["error"]["code"], dry["error"]["details"]) == ("cart-read-only", {"amendedBy": "a-2"})
    for amendment in ("a-2", "a-1"):
        await done(worker, "delete-cart", amendment)
    assert (await done(worker, "reopen-cart", "c-1"))["status"] == "active"


async def test_an_amendment_whose_order_was_reopened_at_the_same_moment_is_not_submitted(
    worker: SimulatedWorker,
) -> None:
    await ordered(worker)
    await done(worker, "delete-cart", "a-1")
    known = len(worker.replies)
    for kind, cart_id, data in (
        ("start-amendment", "a-2", {"amends": "c-1"}),
        ("validate-cart", "a-2", {}),
        ("reopen-cart", "c-1", {}),
    ):
        worker.take(command_delivery(kind, cart_id, data))
    await worker.drain()
    replies = worker.replies[known:]
    assert [each.get("status") for each in replies] == ["applied", "unchanged", "applied"]
    [token] = [each["validation"]["token"] for each in replies if "validation" in each]
    assert await refused(worker, "submit-amendment", "a-2", {"token": token}) == "cart-not-submitted"
    validation = (await command(worker, "validate-cart", {}, cart_id="a-2"))["validation"]
    assert [(each["code"], each["path"]) for each in validation["errors"]] == [("cart-not-submitted", "")]
    # The order holds the voucher no more, and another cart does.
    await done(worker, "remove-voucher", "c-1", {"code": "FIVE"})
    await done(worker, "create-cart", "c-2", {"country": "FR", "currency": "EUR", "items": [PHONE]})
    await done(worker, "add-voucher", "c-2", {"code": "FIVE"})
    await submitted(worker, "c-2")
    bad = await command(worker, "submit-amendment", {"token": "x"}, cart_id="a-2")
    assert bad["error"]["details"]["notReadyForOrderCause"] == "cart-not-submitted"


TOTAL = {**ONCE, "id": "cap", "caps": {"total": 1}}
"""10 % off for one cart."""


def told(reply: dict[str, Any]) -> tuple[str, str, list[tuple[str | None, bool]]]:
    """What is payable, what its ledger leads to, and why promotions take nothing off."""
    explanation = reply["explanation"]
    verdicts = [(each["reason"], each["applied"]) for each in explanation["promotions"]]
    return reply["cart"]["dueNow"]["payable"], explanation["dueNow"]["lines"][-1]["after"], verdicts


async def test_a_cart_is_explained_as_it_was_priced_whatever_is_left_by_now(worker: SimulatedWorker) -> None:
    """The first cart lets go of the promotion that the second one did not get; then another one takes it."""
    await command(worker, "upsert-promotions", {"promotions": [TOTAL]})
    header = {"country": "FR", "currency": "EUR", "items": [PLAN]}
    for cart_id in ("c-1", "c-2"):
        await done(worker, "create-cart", cart_id, header)
    await submitted(worker, "c-2")
    await done(worker, "delete-cart", "c-1")
    read = await command(worker, "get-cart", {}, cart_id="c-2", explain=True)
    assert told(read) == ("10.00", "10.00", [("exhausted", False)])
    await done(worker, "create-cart", "c-3", header)
    read = await command(worker, "get-cart", {}, cart_id="c-3", explain=True)
    assert told(read) == ("9.00", "9.00", [(None, True)])
    await done(worker, "empty-cart", "c-3")
    await done(worker, "create-cart", "c-4", header)
    read = await command(worker, "get-cart", {"atVersion": 1}, cart_id="c-3", explain=True)
    assert told(read) == ("9.00", "9.00", [(None, True)])


async def test_a_condition_that_does_not_hold_is_told_of_a_capped_promotion(worker: SimulatedWorker) -> None:
    phones = {**TOTAL, "conditions": [{"kind": "offering", "offeringIds": ["phone"]}]}
    await command(worker, "upsert-promotions", {"promotions": [phones]})
    await done(worker, "create-cart", "c-1", {"country": "FR", "currency": "EUR", "items": [PLAN]})
    read = await command(worker, "get-cart", {}, cart_id="c-1", explain=True)
    assert told(read) == ("10.00", "10.00", [("condition-not-met", False)])
