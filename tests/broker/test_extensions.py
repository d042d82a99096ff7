"""Extensions: what dialects keep with carts, containers and items comes back as it was sent, dialect by dialect."""

import json
from typing import Any

import pytest

from support.running import Running
from support.shop import Shop, problems

KEPT = {"a": [1, {"b": None}], "$set": {"x.y": "ü"}, "": True}
NUMBERS = '{"price": 1.50, "exact": 0.1000000000000000000000000000000001, "large": 123456789012345678901234567890}'
PLAN = {"id": "i-1", "offeringId": "plan"}


async def get(shop: Shop, cart_id: str) -> Any:
    return (await shop.call("get-cart", cart_id))["cart"]


async def test_they_come_back_as_they_were_sent(shop: Shop, running: Running) -> None:
    container = {"id": "k-1", "extensions": {"telco": KEPT}, "items": [{**PLAN, "extensions": {"other": KEPT}}]}
    cart_id = await shop.cart(extensions={"telco": KEPT, "none": None}, containers=[container])
    cart = await get(shop, cart_id)
    assert cart["extensions"] == {"telco": KEPT}
    assert cart["containers"][0]["extensions"] == {"telco": KEPT}
    assert cart["items"][0]["extensions"] == {"other": KEPT}
    stored = (await running.documents(shop.tenant))["carts"]
    assert json.loads(stored[0]["header"]["extensions"]["telco"]) == KEPT


async def test_numbers_stay_as_they_were_written(shop: Shop) -> None:
    body = (
        f'{{"type": "create-cart", "cartId": "c-n", "data": {{"currency": "EUR", "extensions": {{"x": {NUMBERS}}}}}}}'
    )
    sent = await shop.wire.publish(
        f"{shop.tenant}.create-cart", body.encode(), message_id="n", headers={"cart-id": "c-n"}
    )
    reply = await shop.wire.replies.take(lambda each: each.correlation_id == sent)
    assert NUMBERS.replace(" ", "") in reply.body.decode()


async def test_a_dialects_own_is_replaced_whole_and_the_others_stay(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, extensions={"a": {"x": 1, "y": 2}, "b": {"z": 3}}, containers=[{"id": "k-1"}])
    await shop.call("update-cart", cart_id, {"extensions": {"a": {"x": 5}}})
    assert (await get(shop, cart_id))["extensions"] == {"a": {"x": 5}, "b": {"z": 3}}
    await shop.call("update-cart", cart_id, {"extensions": {"a": None}})
    assert (await get(shop, cart_id))["extensions"] == {"b": {"z": 3}}
    again = await shop.call("update-cart", cart_id, {"extensions": {"b": {"z": 3}}})
    assert again["status"] == "unchanged"
    for value, shown in (({"a": {"x": 1}}, {"a": {"x": 1}}), ({"b": {}}, {"a": {"x": 1}, "b": {}}), (None, None)):
        await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "extensions": value}]})
        assert (await get(shop, cart_id))["items"][0].get("extensions") == shown


async def test_containers_and_patches(shop: Shop) -> None:
    container = {"id": "k-1", "portfolioId": "p-1", "extensions": {"a": {"x": 1}}, "items": [PLAN]}
    cart_id = await shop.cart(containers=[container])
    sent = {"portfolioId": "p-1", "extensions": {"b": {}}, "items": [{"id": "i-1", "extensions": {"b": {"n": "1.5"}}}]}
    await shop.call("replace-containers", cart_id, {"containers": [sent]})
    cart = await get(shop, cart_id)
    assert cart["containers"][0]["extensions"] == {"a": {"x": 1}, "b": {}}
    assert cart["items"][0]["extensions"] == {"b": {"n": "1.5"}}
    operations = [
        {"op": "test", "path": "/items/i-1", "value": {"extensions": {"b": {"n": "1.5"}}}},
        {"op": "patch", "path": "/items/i-1", "value": {"extensions": {"a": {"y": 2}}}},
        {"op": "patch", "path": "/containers/k-1", "value": {"extensions": {"a": None}}},
    ]
    reply = await shop.call("patch-cart", cart_id, {"operations": operations})
    assert reply["status"] == "applied", reply
    assert reply["cart"]["items"][0]["extensions"] == {"a": {"y": 2}, "b": {"n": "1.5"}}
    assert reply["cart"]["containers"][0]["extensions"] == {"b": {}}


def nested(levels: int) -> Any:
    return {} if levels == 1 else {"a": nested(levels - 1)}


@pytest.mark.parametrize(
    ("extensions", "path", "code"),
    [
        ({"telco": "text"}, "/data/extensions/telco", "wrong-type"),
        ({"telco": {"a": "x" * 16384}}, "/data/extensions/telco", "too-long"),
        ({"telco": nested(21)}, "/data/extensions/telco", "too-deep"),
        ({f"d-{n}": {} for n in range(17)}, "/data/extensions", "too-many"),
    ],
)
async def test_their_size_is_bounded(shop: Shop, extensions: Any, path: str, code: str) -> None:
    refused = await shop.call("create-cart", "c-b", {"currency": "EUR", "extensions": extensions})
    assert problems(refused) == [(path, code)]
    most = {"telco": nested(20), "other": {"a": "x" * (16384 - len('{"a":""}'))}}
    assert (await shop.call("create-cart", None, {"currency": "EUR", "extensions": most}))["status"] == "applied"
