"""A currency is withdrawn while a tenant has prices and carts in it: all of it goes on, and nothing new is in it."""

from typing import Any

import pytest

from cartwright.client.messages import read_event, read_reply
from support.older import ROWS
from support.running import Running
from support.shop import Shop, problems

CART = "c-old"
OTHER = "c-plain"
CODE = "BGN"


def renamed(node: Any) -> Any:
    """A stored document as it would be, had all of it been in the other currency."""
    match node:
        case dict():
            return {name: renamed(each) for name, each in node.items()}
        case list():
            return [renamed(each) for each in node]
    return CODE if node == "EUR" else node


@pytest.fixture
async def old(running: Running) -> Shop:
    """A shop whose prices are in leva, and one of whose carts is, as a build of before 2026 left them."""
    shop = await running.shop()
    voucher = {"code": "old", "reductionAmount": "1.00", "currency": "EUR", "uses": 5}
    rate = {"id": "eur-usd", "from": "EUR", "to": "USD", "rate": "1.1"}
    terms = {"currency": "EUR", "smallestPart": "1.00", "largestPart": "90.00", "mostParts": 12}
    await shop.call("upsert-vouchers", data={"vouchers": [voucher]})
    await shop.call("upsert-rates", data={"rates": [rate]})
    await shop.call("set-configuration", data={"installments": [terms]})
    await shop.call(
        "create-cart",
        CART,
        {
            "country": "FR",
            "currency": "EUR",
            "keys": {"externalId": "x-old"},
            "containers": [{"id": "k-1"}],
            "items": [{"id": "i-1", "offeringId": "plan"}, {"id": "i-2", "offeringId": "phone", "containerId": "k-1"}],
        },
    )
    await shop.call("add-voucher", CART, {"code": "old"})
    await running.documents(shop.tenant)
    await running.stop()
    for name in ("carts", "journal", "catalog"):
        for document in await running.database[name].find({"tenant": shop.tenant}).to_list():
            await running.database[name].replace_one({"_id": document["_id"]}, renamed(document))
    await running.start()
    await shop.call("create-cart", OTHER, {"country": "JP", "currency": "JPY", "items": [{"offeringId": "phone"}]})
    return shop


async def test_the_cart_is_read_and_priced_to_the_cent(old: Shop) -> None:
    """10.00 with its tax, and 100.00 with 20.00 on top: of both together the voucher's lev is a gross amount."""
    cart = (await old.call("get-cart", CART))["cart"]
    assert (cart["currency"], cart["version"]) == (CODE, 2)
    assert (cart["dueNow"]["payable"], cart["dueNow"]["inOtherCurrencies"][0]["currency"]) == ("129.00", "USD")
    found = await old.call("get-cart", data={"key": {"name": "externalId", "value": "x-old"}})
    assert found["cart"] == cart
    fresh = await old.call("get-cart", CART, {"reprice": True})
    assert (fresh["status"], fresh["priceChanges"]) == ("dry-run", [])
    assert fresh["cart"]["payment"]["mostParts"] == 12


async def test_every_command_on_it_works_until_it_is_deleted(old: Shop, running: Running) -> None:
    done = [
        ("update-products", {"products": [{"id": "i-1", "quantity": 3}]}),
        ("add-items", {"items": [{"id": "i-3", "offeringId": "case", "characteristics": {"color": "red"}}]}),
        ("update-cart", {"scenario": "s", "country": "BE"}),
        ("update-cart", {"country": "FR"}),
        ("remove-voucher", {"code": "old"}),
        ("add-voucher", {"code": "old"}),
        ("replace-items", {"containerId": "k-1", "items": [{"id": "i-4", "offeringId": "phone", "quantity": 2}]}),
        ("remove-items", {"itemIds": ["i-3"]}),
    ]
    for kind, data in done:
        reply = await old.call(kind, CART, data)
        assert reply["status"] == "applied", reply
        assert reply["cart"]["currency"] == CODE
    assert (await old.call("reprice-cart", CART))["status"] == "unchanged"
    assert (await old.call("reprice-cart", CART, explain=True))["explanation"]["items"]
    assert (await old.call("compare-price", CART, {}))["status"] == "dry-run"
    rebased = await old.call("update-cart", CART, {"source": "web"}, version=3, onConflict="rebase")
    assert rebased["status"] == "applied"
    emptied = await old.call("empty-cart", CART)
    assert (emptied["status"], emptied["cart"]["items"]) == ("applied", [])
    assert (await old.call("delete-cart", CART))["status"] == "applied"
    assert (await old.call("get-cart", CART))["error"]["code"] == "cart-not-found"
    events = await old.events(12, CART)
    assert read_event(events[-1].body).type in {"cart-updated", "price-changed", "cart-deleted"}
    await running.documents(old.tenant)


async def test_it_can_be_had_in_another_currency_from_now_on(old: Shop) -> None:
    point = {"id": "pp-plan-eur", "offeringId": "plan", "type": "recurring", "period": "P1M", "currency": "EUR"}
    phone = {"id": "pp-phone-eur", "offeringId": "phone", "type": "one-time", "currency": "EUR", "amount": "50.00"}
    reply = await old.call("upsert-prices", data={"prices": [{**point, "amount": "5.00"}, phone]})
    assert reply["status"] == "applied"
    moved = await old.call("update-cart", CART, {"forcedCurrency": "EUR"})
    assert (moved["status"], moved["cart"]["currency"]) == ("applied", "EUR")


async def test_the_tenants_other_carts_and_catalog_commands_work(old: Shop) -> None:
    reply = await old.call("update-products", OTHER, {"products": [{"id": "phone", "quantity": 2}]})
    assert (reply["status"], reply["cart"]["dueNow"]["gross"]) == ("applied", "3300")
    assert (await old.call("set-configuration", data={"limits": {"items": 7}}))["status"] == "applied"
    assert (await old.call("upsert-offerings", data={"offerings": [{"id": "new"}]}))["status"] == "applied"


async def test_the_client_reads_such_a_cart(old: Shop) -> None:
    reply_to = await old.send("get-cart", CART)
    message = await old.wire.replies.take(lambda each: each.correlation_id == reply_to)
    reply = read_reply(message.body)
    assert reply.cart is not None
    assert (reply.cart.currency, str(reply.cart.due_now.payable)) == (CODE, "129.00")


POINT = {"id": "pp-new", "offeringId": "plan", "type": "one-time", "currency": CODE, "amount": "1.00"}
NEW = {
    "price": ("upsert-prices", {"prices": [POINT]}, "/data/prices/0/currency"),
    "rate": ("upsert-rates", {"rates": [{"id": "r", "from": "EUR", "to": CODE, "rate": "2"}]}, "/data/rates/0/to"),
    "voucher": (
        "upsert-vouchers",
        {"vouchers": [{"code": "v", "reductionAmount": "1.00", "currency": CODE}]},
        "/data/vouchers/0/currency",
    ),
    "cart": ("create-cart", {"currency": CODE}, "/data/currency"),
    "simulation": ("simulate-price", {"currency": CODE}, "/data/currency"),
    "currency of a cart": ("update-cart", {"currency": CODE}, "/data/currency"),
    "forced currency": ("update-cart", {"forcedCurrency": CODE}, "/data/forcedCurrency"),
    "benefit": (
        "upsert-promotions",
        {"promotions": [{"id": "p", "benefits": [{"kind": "fixed", "amount": "1.00", "currency": CODE}]}]},
        "/data/promotions/0/benefits/0/currency",
    ),
}


@pytest.mark.parametrize(("kind", "data", "path"), NEW.values(), ids=NEW)
async def test_nothing_new_is_in_it(shop: Shop, kind: str, data: dict[str, Any], path: str) -> None:
    reply = await shop.call(kind, CART, data)
    assert reply["error"]["code"] == "invalid"
    assert problems(reply) == [(path, "unknown-currency")]


async def test_rows_that_are_refused_today_stop_no_command(running: Running) -> None:
    shop = await running.shop()
    cart = await shop.cart({"id": "i-1", "offeringId": "phone"})
    documents = await running.documents(shop.tenant)
    latest = max(documents["catalog"], key=lambda each: each["revision"])
    number = latest["revision"] + 1
    older = {**latest, **ROWS, "_id": f"{shop.tenant}/{number}", "revision": number, "commandId": "m-older"}
    await running.database["catalog"].insert_one(older)
    reply = await shop.call("update-products", cart, {"products": [{"id": "i-1", "quantity": 2}]})
    assert (reply["status"], reply["cart"]["pricing"]["catalogRevision"]) == ("applied", number)
    assert (await shop.call("upsert-offerings", data={"offerings": [{"id": "new"}]}))["status"] == "applied"
    assert (await shop.call("get-cart", cart, {"reprice": True}))["status"] == "dry-run"
