"""Quantities of what hangs on a bundle: those that a command states hold, and none is beyond what a line can have."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from cartwright.wire.schema import MAX_QUANTITY
from storage.memory.store import MemoryStore
from storage.records import CartKey
from support.deliveries import TENANT, command_delivery
from support.job_runs import command
from support.simulation import SimulatedWorker, stocked_store

KIT = {
    "id": "kit",
    "bundle": [{"offeringId": "mug", "min": 1, "max": 4, "default": 2}, {"offeringId": "pin", "max": 2, "default": 1}],
}
THOUSANDS = [
    {"id": f"b{level}", "bundle": [{"offeringId": f"b{level + 1}", "max": 1000, "default": 1000}]} for level in range(7)
]
OFFERINGS = [{"id": "mug"}, {"id": "pin"}, KIT, *THOUSANDS, {"id": "b7"}]
HEAD = {"country": "FR", "currency": "EUR"}
TWO_KITS = {"id": "k", "offeringId": "kit", "quantity": 2}
TWO_MUGS = {"id": "k-mug", "offeringId": "mug", "quantity": 2, "parentId": "k"}


@pytest.fixture
def store() -> MemoryStore:
    return stocked_store()


@pytest.fixture
async def worker(store: MemoryStore) -> AsyncIterator[SimulatedWorker]:
    """A worker that sells kits of two mugs and a pin, and thousands of thousands; cart `c-1` has a kit."""
    worker = SimulatedWorker(store)
    await applied(worker, "upsert-offerings", {"offerings": OFFERINGS})
    point = {"offeringId": "mug", "type": "one-time", "currency": "EUR", "amount": "1.00"}
    await applied(worker, "upsert-prices", {"prices": [{"id": "pp-mug", **point}]})
    await applied(worker, "create-cart", {**HEAD, "items": [{"id": "k", "offeringId": "kit"}]}, cart_id="c-1")
    yield worker
    await worker.close()


async def applied(worker: SimulatedWorker, kind: str, data: dict[str, Any], **envelope: Any) -> dict[str, Any]:
    reply = await command(worker, kind, data, **envelope)
    assert reply.get("status") == "applied", reply
    return reply


def quantities(reply: dict[str, Any]) -> dict[str, int]:
    return {item["id"]: item["quantity"] for item in reply["cart"]["items"]}


def refused(reply: dict[str, Any]) -> list[tuple[str, str, str]]:
    assert reply["type"] == "command-refused", reply
    return [(reply["error"]["code"], each["path"], each["code"]) for each in reply["error"]["problems"]]


def patch(**counts: int) -> dict[str, Any]:
    """Operations that set the quantities of items, one after the other."""
    return {
        "operations": [
            {"op": "replace", "path": f"/items/{name.replace('_', '-')}/quantity", "value": count}
            for name, count in counts.items()
        ]
    }


def products(**counts: int) -> dict[str, Any]:
    return {"products": [{"id": name.replace("_", "-"), "quantity": count} for name, count in counts.items()]}


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        ("update-products", products(k=2, k_mug=2), {"k": 2, "k-mug": 2, "k-pin": 2}),
        ("update-products", products(k_mug=2, k=2), {"k": 2, "k-mug": 2, "k-pin": 2}),
        ("update-products", products(k=2, k_mug=3), {"k": 2, "k-mug": 3, "k-pin": 2}),
        ("update-products", products(k=2), {"k": 2, "k-mug": 4, "k-pin": 2}),
        ("patch-cart", patch(k=3, k_mug=2), {"k": 3, "k-mug": 2, "k-pin": 3}),
        ("patch-cart", patch(k=3, k_mug=3), {"k": 3, "k-mug": 3, "k-pin": 3}),
        ("patch-cart", {"operations": [*patch(k_mug=3)["operations"], *patch(k=3, k_mug=2)["operations"]]}, None),
        ("patch-cart", {"operations": [{"op": "patch", "path": "/items/k-mug", "value": {"quantity": 2}}]}, {}),
        ("replace-items", {"items": [TWO_KITS, TWO_MUGS]}, {"k": 2, "k-mug": 2}),
        ("replace-items", {"items": [TWO_KITS, {**TWO_MUGS, "term": "P12M"}]}, {"k": 2, "k-mug": 2}),
    ],
)
async def test_a_quantity_that_a_command_states_for_a_child_holds(
    worker: SimulatedWorker, kind: str, data: dict[str, Any], expected: dict[str, int] | None
) -> None:
    expected = {"k": 3, "k-mug": 2, "k-pin": 3} if expected is None else expected or {"k": 1, "k-mug": 2, "k-pin": 1}
    dry = await command(worker, kind, data, cart_id="c-1", dryRun=True)
    reply = await command(worker, kind, data, cart_id="c-1")
    assert quantities(reply) == expected
    assert (dry["changes"], quantities(dry)) == (reply["changes"], expected)


@pytest.mark.parametrize("expected", [{"k": 2, "k-mug": 2}, {"k": 2, "k-mug": 4}])
async def test_what_was_replaced_stays_when_it_is_sent_again(worker: SimulatedWorker, expected: dict[str, int]) -> None:
    data = {"items": [TWO_KITS, {**TWO_MUGS, "quantity": expected["k-mug"]}]}
    assert quantities(await applied(worker, "replace-items", data, cart_id="c-1")) == expected
    again = await command(worker, "replace-items", data, cart_id="c-1")
    assert (again["status"], quantities(again)) == ("unchanged", expected)


async def test_replaced_containers_hold_what_is_stated(worker: SimulatedWorker) -> None:
    kit = {"productId": "p-1", "offeringId": "kit", "id": "k"}
    mug = {"productId": "p-2", "offeringId": "mug", "id": "m", "parentId": "k", "quantity": 2}
    box = {"portfolioId": "pf-1", "items": [kit, mug]}
    await applied(worker, "create-cart", {**HEAD, "containers": [box]}, cart_id="c-2")
    data = {"containers": [{"portfolioId": "pf-1", "items": [{**kit, "quantity": 2}, mug]}]}
    reply = await applied(worker, "replace-containers", data, cart_id="c-2")
    assert {name: count for name, count in quantities(reply).items() if name in {"k", "m"}} == {"k": 2, "m": 2}


async def test_a_stated_quantity_that_is_there_is_no_change(worker: SimulatedWorker) -> None:
    reply = await command(worker, "update-products", products(k=1, k_mug=2), cart_id="c-1")
    assert (reply["status"], reply["changes"], reply["version"]) == ("unchanged", [], 1)


HALF = {"id": "k", "offeringId": "kit", "quantity": MAX_QUANTITY // 2}
ALL = {**HALF, "quantity": MAX_QUANTITY}


@pytest.mark.parametrize(
    ("kind", "data", "path"),
    [
        ("update-products", products(k=MAX_QUANTITY), "/data/products/0/quantity"),
        ("patch-cart", patch(k=MAX_QUANTITY), "/data/operations/0"),
        (
            "replace-items",
            {"items": [{"id": "m", "offeringId": "mug"}, {**ALL, "id": "o"}]},
            "/data/items/1/quantity",
        ),
        ("add-items", {"items": [{**ALL, "id": "other"}]}, "/data/items/0/quantity"),
        ("add-items", {"items": [{"id": "other", "offeringId": "b0"}]}, "/data/items/0"),
        ("add-items", {"items": [{"id": "other", "offeringId": "b5", "quantity": 2}]}, "/data/items/0/quantity"),
    ],
)
async def test_what_a_bundle_would_bring_too_much_of_is_out_of_range(
    worker: SimulatedWorker, store: MemoryStore, kind: str, data: dict[str, Any], path: str
) -> None:
    for dry_run in (True, False):
        reply = await command(worker, kind, data, cart_id="c-1", dryRun=dry_run)
        assert refused(reply) == [("invalid", path, "out-of-range")]
    assert store.carts.stored[CartKey(TENANT, "c-1")].cart.version == 1


async def test_as_many_as_a_line_can_have_come(worker: SimulatedWorker) -> None:
    reply = await applied(worker, "add-items", {"items": [{**HALF, "id": "h"}]}, cart_id="c-1")
    assert quantities(reply)["h-mug"] == MAX_QUANTITY
    reply = await applied(worker, "add-items", {"items": [{"id": "z", "offeringId": "b5"}]}, cart_id="c-1")
    assert quantities(reply)["z-b6-b7"] == MAX_QUANTITY


async def test_merged_carts_bring_no_more_than_that(worker: SimulatedWorker) -> None:
    for cart_id in ("c-2", "c-3"):
        await applied(worker, "create-cart", {**HEAD, "items": [HALF]}, cart_id=cart_id)
    reply = await command(worker, "merge-carts", {"from": "c-3", "strategy": "sum"}, cart_id="c-2")
    assert refused(reply) == [("invalid", "/data/from", "out-of-range")]


async def test_a_price_of_too_much_is_refused_and_so_is_its_simulation(worker: SimulatedWorker) -> None:
    data = {**HEAD, "items": [{"id": "z", "offeringId": "b0"}]}
    assert refused(await command(worker, "simulate-price", data)) == [("invalid", "/data/items/0", "out-of-range")]


async def test_one_cart_with_too_much_takes_no_other_of_its_group_along(worker: SimulatedWorker) -> None:
    told = len(worker.replies)
    worker.receive(command_delivery("update-products", "c-1", products(k=2)))
    data = {**HEAD, "items": [{"id": "z", "offeringId": "b0"}]}
    worker.receive(command_delivery("create-cart", "c-2", data, dryRun=True))
    worker.receive(command_delivery("get-cart", "c-1", {}))
    await worker.drain()
    answers = [each.get("status") or each["error"]["code"] for each in worker.replies[told:]]
    assert sorted(answers) == ["applied", "invalid", "read"]
