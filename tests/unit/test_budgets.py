"""Budgets on a worker in memory: those of a customer whom only a command finds."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from facts.snapshot import CatalogRows
from storage.memory.store import MemoryStore
from storage.records import Revision
from support.deliveries import TENANT, command_delivery
from support.job_runs import command
from support.records import START
from support.shop import OFFERINGS, PRICES, TAXES
from support.simulation import SimulatedWorker

ONCE = {"id": "once", "level": "cart", "caps": {"perCustomer": 1}, "benefits": [{"kind": "percent", "value": "10"}]}
"""A promotion that takes 10 % off, once for each customer."""
PLAN = {"id": "i-1", "offeringId": "plan"}
SUBSCRIPTION = {"subscriptionId": "sub-1"}
UPGRADE = ("create-mid-term-upgrade", {**SUBSCRIPTION, "item": {"offeringId": "phone"}})
OFFER = ("create-subscription-offer", SUBSCRIPTION)


@pytest.fixture
async def worker() -> AsyncIterator[SimulatedWorker]:
    """A worker on the shop's catalog, without promotions."""
    store = MemoryStore()
    rows = CatalogRows.of({"offerings": OFFERINGS, "prices": PRICES, "taxes": TAXES})
    store.catalog.revisions[TENANT] = [Revision(TENANT, 1, START, "catalog", b"", rows)]
    worker = SimulatedWorker(store)
    yield worker
    await worker.close()


async def done(worker: SimulatedWorker, kind: str, cart_id: str, data: dict[str, Any]) -> dict[str, Any]:
    """The cart, after a command that was applied."""
    reply = await command(worker, kind, data, cart_id=cart_id)
    assert reply.get("status") == "applied", reply
    cart: dict[str, Any] = reply["cart"]
    return cart


async def subscribed(worker: SimulatedWorker, payable: str) -> None:
    """The submitted cart of a subscription, and what was payable for it."""
    header = {"country": "FR", "currency": "EUR", "keys": SUBSCRIPTION, "customer": {"id": "u-1"}}
    cart = await done(worker, "create-cart", "c-1", {**header, "items": [PLAN]})
    assert cart["dueNow"]["payable"] == payable
    validation = (await command(worker, "validate-cart", {}, cart_id="c-1"))["validation"]
    await done(worker, "submit-cart", "c-1", {"token": validation["token"]})


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
