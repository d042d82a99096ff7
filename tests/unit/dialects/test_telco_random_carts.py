"""Random changes of the telco dialect's carts, containers and items are answered or refused: never by a bug."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.changed import changes_of
from support.memory_counter import MemoryCounter, reply
from support.random_changes import RANDOM_CHANGES
from support.telco import ROWS, container, item, sample

OF_EACH = 10
"""So many changed calls in each example."""
PARAMETERS = {"id": "c-1", "version": 1, "dryRun": False, "reason": "a test"}
INSIDE = {**PARAMETERS, "offerContainerId": "k-0"}
CART = sample("shopping-cart-request")
ITEMS = [
    item("phone", "i-1", note=[{"text": "call"}], itemTerm=[{"name": "x", "duration": {"amount": 1, "units": "year"}}]),
    {"id": "i-2", "action": "modify", "product": {"id": "p-2", "place": [{"id": "home"}]}, "bundleParentId": "i-1"},
]
CONTAINERS = [container(*ITEMS, portfolioId="pf-1", additionalAttributes=[{"name": "size", "value": 3}])]
NAMED = sample("shopping-cart") | {"channel": {"name": "web"}}
CALLS: dict[str, tuple[str, Any, Any]] = {
    "the long cart": ("create-shopping-cart", {"id": CART["id"]}, CART),
    "the cart as it stands": ("create-shopping-cart", {}, sample("shopping-cart")),
    "the cart as it stands, with a channel": ("create-shopping-cart", {}, {**NAMED, "offerContainer": []}),
    "query": ("query-shopping-cart", {"id": "c-1"}, None),
    "empty": ("empty-shopping-cart", PARAMETERS, None),
    "delete": ("delete-shopping-cart", PARAMETERS, None),
    "add containers": ("add-offer-container", PARAMETERS, {"offerContainer": CONTAINERS}),
    "update containers": ("update-offer-containers", PARAMETERS, {"offerContainer": CONTAINERS}),
    "delete a container": ("delete-offer-container", INSIDE, None),
    "create items": ("create-cart-item", INSIDE, {"cartItem": ITEMS}),
    "update items": ("update-cart-items", INSIDE, {"cartItem": ITEMS}),
    "delete an item": ("delete-cart-item", {**INSIDE, "cartItemId": "i-0"}, None),
    "validate": ("validate-shopping-cart", PARAMETERS, {"id": "c-1"}),
    "move": (
        "modify-channel-and-place",
        {**PARAMETERS, "channel": "shop", "place": {"name": "north"}, "offerAutoRemoval": True},
        {"channel": CART["channel"], "place": CART["place"]},
    ),
}
EXISTING = {
    "id": "c-1",
    "channel": {"id": "web"},
    "offerContainer": [container(item("plan", "i-0", product={"id": "p-0"}), id="k-0", portfolioId="pf-0")],
}


async def answered(operation: str, calls: list[Any]) -> list[tuple[int, str]]:
    """The statuses and bodies that a worker with a cart answers these calls with."""
    counter = MemoryCounter("telco", ROWS)
    assert (await counter.call("create-shopping-cart", None, EXISTING)).http_status == 201
    sent = [counter.send(operation, each.get("parameters"), each.get("body")) for each in calls]
    await counter.worker.drain()
    answers = counter.answers()
    replies = [reply(answers[correlation_id]) for correlation_id in sent]
    await counter.worker.close()
    return [(each.http_status, json.dumps(each.body, default=str)) for each in replies]


@pytest.mark.parametrize("name", CALLS)
def test_whatever_is_sent_is_answered(name: str) -> None:
    operation, parameters, body = CALLS[name]
    changes = changes_of({"parameters": parameters, "body": body})

    @settings(max_examples=-(-RANDOM_CHANGES // OF_EACH), deadline=None)
    @given(st.lists(changes, min_size=OF_EACH, max_size=OF_EACH))
    def check(calls: list[Any]) -> None:
        for status, text in asyncio.run(answered(operation, calls)):
            assert status in {200, 201, 204, 400, 404, 409}, text
            assert '"internal"' not in text

    check()


@pytest.mark.parametrize("name", CALLS)
def test_the_calls_themselves_are_done(name: str) -> None:
    operation, parameters, body = CALLS[name]
    [(status, text)] = asyncio.run(answered(operation, [{"parameters": parameters, "body": body}]))
    expected = {"create-shopping-cart": 201, "delete-shopping-cart": 204}.get(operation, 200)
    assert status == (400 if name == "the cart as it stands" else expected), text
