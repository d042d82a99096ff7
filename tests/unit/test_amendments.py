"""Amendments on a worker in memory: what lines past the point of no return take, and how each cart is submitted."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from support.job_runs import command
from support.simulation import SimulatedWorker, stocked_store

NOTE = {"id": "n-2", "text": "call first"}
ITEMS = [
    {"id": item_id, "offeringId": "phone", "containerId": "k-1", "notes": [{"id": "n-1", "text": "as ordered"}]}
    for item_id in ("i-1", "i-2")
]


@pytest.fixture
async def worker() -> AsyncIterator[SimulatedWorker]:
    """A worker that has the open amendment `a-1`, in which line `i-1` is fixed and `i-2` is not."""
    worker = SimulatedWorker(stocked_store())
    order = {"country": "FR", "currency": "EUR", "containers": [{"id": "k-1"}], "items": ITEMS}
    await command(worker, "create-cart", order, cart_id="c-1")
    validation = (await command(worker, "validate-cart", {}, cart_id="c-1"))["validation"]
    await command(worker, "submit-cart", {"token": validation["token"]}, cart_id="c-1")
    started = await command(worker, "start-amendment", {"amends": "c-1", "fixedItems": ["i-1"]}, cart_id="a-1")
    assert [item["amendable"] for item in started["cart"]["items"]][:2] == [False, True]
    yield worker
    await worker.close()


def patch(op: str, path: str, value: object = None) -> dict[str, Any]:
    return {"operations": [{"op": op, "path": path, "value": value}]}


@pytest.mark.parametrize(
    ("kind", "data", "place"),
    [
        ("add-note", {"itemId": "i-1", "note": NOTE}, "/data/itemId"),
        ("update-note", {"itemId": "i-1", "note": {"id": "n-1", "text": "later"}}, "/data/itemId"),
        ("remove-note", {"itemId": "i-1", "noteId": "n-1"}, "/data/itemId"),
        ("patch-cart", patch("add", "/items/i-1/notes", NOTE), "/data/operations/0"),
        ("patch-cart", patch("patch", "/items/i-1/notes/n-1", {"text": "later"}), "/data/operations/0"),
        ("patch-cart", {"operations": [{"op": "delete", "path": "/items/i-1/notes/n-1"}]}, "/data/operations/0"),
    ],
)
async def test_a_line_past_the_point_of_no_return_takes_no_notes(
    worker: SimulatedWorker, kind: str, data: dict[str, Any], place: str
) -> None:
    error = (await command(worker, kind, data, cart_id="a-1"))["error"]
    assert (error["code"], error["details"]) == ("item-not-amendable", {"itemIds": ["i-1"]})
    assert [(each["path"], each["code"]) for each in error["problems"]] == [(place, "item-not-amendable")]


@pytest.mark.parametrize("about", [{"itemId": "i-2"}, {"containerId": "k-1"}])
async def test_other_lines_and_containers_take_them_and_stay_as_ordered(
    worker: SimulatedWorker, about: dict[str, str]
) -> None:
    reply = await command(worker, "add-note", {**about, "note": NOTE}, cart_id="a-1")
    assert (reply["status"], [each["type"] for each in reply["changes"]]) == ("applied", ["note-added"])
    assert reply["cart"]["amendment"]["changed"] == []


KEPT = {"id": "i-2", "offeringId": "phone", "containerId": "k-1", "action": "keep"}
CHANGED = patch("replace", "/items/i-2/quantity", 2)
TERMINATED = patch("replace", "/items/i-2/action", "terminate")
REMOVED = {"operations": [{"op": "delete", "path": "/items/i-2"}]}


@pytest.mark.parametrize(
    ("before", "kind", "data", "place"),
    [
        (CHANGED, "patch-cart", patch("replace", "/items/i-2/action", "keep"), "/data/operations/0"),
        (CHANGED, "patch-cart", patch("patch", "/items/i-2", {"action": "keep", "quantity": 1}), "/data/operations/0"),
        (TERMINATED, "patch-cart", patch("replace", "/items/i-2/action", "keep"), "/data/operations/0"),
        (TERMINATED, "replace-items", {"containerId": "k-1", "items": [KEPT]}, "/data/items/0"),
        (REMOVED, "add-items", {"items": [KEPT]}, "/data/items/0"),
        (REMOVED, "patch-cart", patch("add", "/items", KEPT), "/data/operations/0"),
    ],
)
async def test_a_line_that_is_no_longer_as_ordered_can_not_be_kept(
    worker: SimulatedWorker, before: dict[str, Any], kind: str, data: dict[str, Any], place: str
) -> None:
    await command(worker, "delete-cart", {}, cart_id="a-1")
    await command(worker, "start-amendment", {"amends": "c-1"}, cart_id="a-2")
    there = (await command(worker, "patch-cart", before, cart_id="a-2"))["cart"]
    error = (await command(worker, kind, data, cart_id="a-2"))["error"]
    assert (error["code"], [(each["path"], each["code"]) for each in error["problems"]]) == (
        "invalid",
        [(place, "changed-since-ordered")],
    )
    assert (await command(worker, "get-cart", {}, cart_id="a-2"))["cart"] == there


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("patch-cart", patch("patch", "/items/i-2", {"action": "keep", "quantity": 2})),
        ("replace-items", {"containerId": "k-1", "items": [{**KEPT, "quantity": 2}]}),
    ],
)
async def test_a_kept_line_that_a_command_changes_is_priced_as_of_now(
    worker: SimulatedWorker, kind: str, data: dict[str, Any]
) -> None:
    await command(worker, "delete-cart", {}, cart_id="a-1")
    await command(worker, "start-amendment", {"amends": "c-1"}, cart_id="a-2")
    cart = (await command(worker, kind, data, cart_id="a-2"))["cart"]
    [line] = [item for item in cart["items"] if item["id"] == "i-2"]
    assert (line["action"], line["quantity"], len(line["prices"])) == ("modify", 2, 1)
    assert "i-2" in cart["amendment"]["changed"]


@pytest.mark.parametrize(
    ("kind", "cart_id", "code"), [("submit-cart", "a-1", "amendment"), ("submit-amendment", "c-2", "no-amendment")]
)
async def test_what_is_submitted_otherwise_is_refused_as_a_whole(
    worker: SimulatedWorker, kind: str, cart_id: str, code: str
) -> None:
    await command(worker, "create-cart", {"currency": "EUR"}, cart_id="c-2")
    error = (await command(worker, kind, {"token": "x"}, cart_id=cart_id))["error"]
    assert (error["code"], [(each["path"], each["code"]) for each in error["problems"]]) == (
        "invalid",
        [("/data", code)],
    )


async def test_ordered_units_reach_tiers_together_with_new_ones(worker: SimulatedWorker) -> None:
    """Five balls at 10.00 stay as ordered; with five others they are ten, and these cost 5.00 each."""
    ball = {"id": "ball", "characteristics": [{"name": "color"}]}
    tiers = {"tiers": [{"minQuantity": 10, "amount": "5.00"}], "tiersOverLines": True}
    price = {"id": "pp-ball", "offeringId": "ball", "type": "one-time", "currency": "EUR", "amount": "10.00", **tiers}
    await command(worker, "upsert-offerings", {"offerings": [ball]})
    await command(worker, "upsert-prices", {"prices": [price]})
    red, blue = (
        {"id": color, "offeringId": "ball", "quantity": 5, "characteristics": {"color": color}}
        for color in ("red", "blue")
    )
    await command(worker, "create-cart", {"currency": "EUR", "items": [red]}, cart_id="c-3")
    token = (await command(worker, "validate-cart", {}, cart_id="c-3"))["validation"]["token"]
    await command(worker, "submit-cart", {"token": token}, cart_id="c-3")
    await command(worker, "start-amendment", {"amends": "c-3"}, cart_id="a-3")
    amended = (await command(worker, "add-items", {"items": [blue]}, cart_id="a-3"))["cart"]
    assert [item["prices"][0]["list"] for item in amended["items"]] == ["50.00", "25.00"]
