"""What says nothing new is `unchanged` and makes no version, however it is written; from the queue to the reply."""

from typing import Any

import pytest

from support.patching import operation
from support.shop import Shop

ITEM = {"id": "i-1", "offeringId": "plan", "containerId": "k-1"}
NOTHING = [
    ("update-cart", {"contacts": [], "keys": {}, "attributes": {}, "flags": {}, "customer": {"userType": None}}),
    ("update-cart", {"agentId": None, "endUser": {"id": "u-1", "userType": None, "ownedOfferings": []}}),
    ("update-products", {"products": [{"id": "i-1", "relationships": [], "terms": [], "attributes": {}}]}),
    ("replace-items", {"items": [{**ITEM, "relationships": [], "notes": [], "term": None}]}),
    ("replace-containers", {"containers": [{"portfolioId": "pf-1", "notes": [], "items": [{**ITEM, "terms": []}]}]}),
    ("patch-cart", {"operations": [operation("add", "/items/i-1/relationships", [])]}),
    ("patch-cart", {"operations": [operation("patch", "/items/i-1", {"terms": [], "place": {"id": None}})]}),
    ("patch-cart", {"operations": [operation("patch", "/containers/k-1", {"attributes": {}})]}),
    ("patch-cart", {"operations": [operation("patch", "/contacts/m-1", {"characteristic": {}, "validFor": None})]}),
    ("move-cart", {"channel": {"id": "web", "name": None}}),
    ("move-cart", {"marketSegment": {"id": "b2b"}, "place": None}),
]


@pytest.mark.parametrize(("kind", "data"), NOTHING)
async def test_what_is_empty_or_null_or_named_otherwise_makes_no_version(
    shop: Shop, kind: str, data: dict[str, Any]
) -> None:
    header: dict[str, Any] = {
        "channel": {"id": "web"},
        "marketSegment": "b2b",
        "endUser": {"id": "u-1"},
        "contacts": [{"id": "m-1"}],
        "containers": [{"id": "k-1", "portfolioId": "pf-1"}],
    }
    cart_id = await shop.cart(ITEM, **header)
    if "contacts" in data:
        await shop.call("patch-cart", cart_id, {"operations": [operation("delete", "/contacts/m-1")]})
    before = (await shop.call("get-cart", cart_id))["cart"]
    reply = await shop.call(kind, cart_id, data)
    assert (reply.get("status"), reply.get("version"), reply.get("changes")) == ("unchanged", before["version"], [])
    assert reply["cart"] == before


async def test_what_is_empty_takes_away_what_was_there(shop: Shop) -> None:
    cart_id = await shop.cart({**ITEM, "containerId": None, "relationships": [{"id": "p-1", "type": "uses"}]})
    reply = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "relationships": []}]})
    assert (reply["status"], reply["cart"]["items"][0]["relationships"]) == ("applied", [])
    await shop.call("update-cart", cart_id, {"attributes": {"theme": "dark"}})
    reply = await shop.call("update-cart", cart_id, {"attributes": {}})
    assert (reply["status"], reply["cart"]["attributes"]) == ("applied", {})
