"""What a dialect keeps for want of a field: a call sets what it says of it, and what it does not say stays."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from support.dialects import DialectReply
from support.memory_counter import MemoryCounter
from support.pricing import price_row
from support.telco import ROWS, container, item

CART = {"id": "c-1"}
SHOP = {"offerings": [{"id": "plan"}, {"id": "box"}], "prices": [price_row("plan", "10.00"), price_row("box", "5.00")]}
HALF = 9 * 1024
"""Two of these are more than a cart keeps."""


@asynccontextmanager
async def counter(dialect: str, rows: dict[str, Any]) -> AsyncIterator[MemoryCounter]:
    found = MemoryCounter(dialect, rows)
    yield found
    await found.worker.close()


async def kept(counter: MemoryCounter, dialect: str, part: str) -> list[dict[str, Any]]:
    """What each of the cart's parts keeps for a dialect, as other clients see it."""
    cart = (await counter.command("get-cart", "c-1", {}))["cart"]
    return [each.get("extensions", {}).get(dialect, {}) for each in ([cart] if part == "cart" else cart[part])]


def done(answer: DialectReply) -> DialectReply:
    assert answer.http_status in {200, 201}, answer.body
    return answer


def wrong(answer: DialectReply) -> list[tuple[str, str]]:
    """Codes and places of an error of the telco dialect."""
    assert answer.http_status == 400, answer.body
    return [(each["errorCode"], each["errorMap"]["path"]) for each in answer.body["listOfErrors"]]


# subscription-shop

BOXED = {"country": "FR", "locale": "fr-FR", "storeId": "s-1", "wantedProducts": [{"id": "box"}]}
PLAN = {"id": "plan", "parentId": "none", "discountPlan": {"percent": 10, "tier": 1}}


@asynccontextmanager
async def shop_with(**product: Any) -> AsyncIterator[MemoryCounter]:
    async with counter("subscription-shop", SHOP) as shop:
        wanted = [*BOXED["wantedProducts"], {**PLAN, **product}]
        done(await shop.call("create-item", None, {**BOXED, "wantedProducts": wanted}, cart_id="c-1"))
        yield shop


async def updated(shop: MemoryCounter, **product: Any) -> dict[str, Any]:
    """The product as it is wanted after an update."""
    answer = done(await shop.call("update-products", CART, {"id": "plan", **product}))
    shown: dict[str, Any] = answer.body["wantedProducts"][1]
    return shown


async def test_an_update_of_products_keeps_what_it_does_not_say() -> None:
    async with shop_with() as shop:
        shown = await updated(shop, discountPlan={"percent": 5})
        assert (shown["parentId"], shown["discountPlan"]) == ("none", {"percent": 5})
        shown = await updated(shop, parentId="nobody")
        assert (shown["parentId"], shown["discountPlan"]) == ("nobody", {"percent": 5})
        shown = await updated(shop, parentId=None, quantity=2)
        assert (shown["parentId"], shown["quantity"]) == ("nobody", 2)


async def test_parameters_that_the_line_takes_are_kept_as_sent_no_longer() -> None:
    async with shop_with(priceFunctionParameters={"seats": 6}) as shop:
        await updated(shop, priceFunctionParameters={"seats": "7"})
        gone = {"products": [{"id": "plan", "priceFunctionParameters": None}]}
        await shop.command("update-products", "c-1", gone)
        assert (await updated(shop, quantity=2))["priceFunctionParameters"] is None


@pytest.mark.parametrize("listed", [False, True])
async def test_a_line_keeps_no_more_than_its_limit_in_the_shop(listed: bool) -> None:
    async with shop_with(discountPlan={"tier": "x" * 2 * HALF}) as shop:
        body = {"id": "plan", "priceFunctionParameters": {"seats": ["x" * 2 * HALF]}}
        answer = await shop.call("update-products", CART, [body] if listed else body)
        [problem] = answer.body["problems"]
        assert (answer.http_status, problem["code"]) == (400, "too-long")
        assert problem["path"] == ("/body/0" if listed else "/body")


async def test_a_new_line_keeps_no_more_than_its_limit_either() -> None:
    async with counter("subscription-shop", SHOP) as shop:
        wanted = [{"id": "box"}, {"id": "plan", "discountPlan": {"tier": "x" * 4 * HALF}}]
        answer = await shop.call("create-item", None, {**BOXED, "wantedProducts": wanted})
        assert [(each["path"], each["code"]) for each in answer.body["problems"]] == [
            ("/body/wantedProducts/1", "too-long")
        ]


async def test_a_canonical_update_replaces_what_is_kept_as_a_whole() -> None:
    async with shop_with() as shop:
        extensions = {"subscription-shop": {"parentId": "other"}}
        await shop.command("update-products", "c-1", {"products": [{"id": "plan", "extensions": extensions}]})
        assert (await kept(shop, "subscription-shop", "items"))[1] == {"parentId": "other"}


# telco

PRODUCT = {"id": "p-1", "productSerialNumber": "s-1", "billingAccount": {"id": "b-1", "name": "Mine"}}
MADE = item("plan", "i-1", product=PRODUCT, sku="sku-1", color="red", discountPeriod=[{"months": 3}])
MADE["productOffering"] = {"id": "plan", "name": "Our plan", "externalId": "x-1"}
IN = container(MADE, portfolioId="pf-1", bundleOfferContainerId="b-1", shelf={"row": 1})
IN["category"] = {"id": "mobile", "name": "Mobile"}


@asynccontextmanager
async def telco_with(**fields: Any) -> AsyncIterator[MemoryCounter]:
    async with counter("telco", ROWS) as telco:
        done(await telco.call("create-shopping-cart", CART, {"offerContainer": [IN], **fields}))
        yield telco


async def claimed(telco: MemoryCounter, by: object) -> DialectReply:
    """The answer to who claims the cart once it was saved."""
    done(await telco.call("save-anonymous-cart", CART))
    return await telco.call("claim-anonymous-cart", CART, {"relatedParty": by})


async def replaced(telco: MemoryCounter, sent: dict[str, Any], **fields: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The container and its item after an update of both."""
    body = {"offerContainer": [{"portfolioId": "pf-1", "cartItem": [sent], **fields}]}
    answer = done(await telco.call("update-offer-containers", CART, body))
    [shown] = answer.body["offerContainer"]
    return shown, shown["cartItem"][0]


async def test_an_item_that_is_found_keeps_what_is_not_said_of_it() -> None:
    async with telco_with() as telco:
        found = {"product": {"id": "p-1"}, "sku": "sku-2"}
        _, shown = await replaced(telco, found)
        assert (shown["id"], shown["sku"], shown["color"], shown["discountPeriod"]) == (
            "i-1",
            "sku-2",
            "red",
            [{"months": 3}],
        )
        assert shown["product"]["productSerialNumber"] == "s-1"
        _, shown = await replaced(telco, {"id": "i-1", "product": {"id": "p-1", "description": "new"}})
        product = shown["product"]
        assert (product["description"], product["productSerialNumber"], product["billingAccount"]["name"]) == (
            "new",
            "s-1",
            "Mine",
        )
        assert (shown["sku"], shown["productOffering"]["name"]) == ("sku-2", "Our plan")


async def test_what_is_sent_empty_is_kept_no_longer() -> None:
    async with telco_with() as telco:
        _, shown = await replaced(telco, {"id": "i-1", "sku": None, "color": None, "discountPeriod": []})
        assert (shown["sku"], shown.get("color"), shown["discountPeriod"]) == (None, None, [])
        [own] = await kept(telco, "telco", "items")
        assert own.keys() == {"productOffering", "product"}
        _, shown = await replaced(telco, {"id": "i-1", "product": None})
        assert (shown["product"]["id"], shown["product"]["productSerialNumber"]) == ("p-1", None)


async def test_an_offering_keeps_what_was_sent_with_it_and_another_one_has_its_own() -> None:
    async with telco_with() as telco:
        _, shown = await replaced(telco, {"id": "i-1", "productOffering": {"id": "plan", "version": "2"}})
        offering = shown["productOffering"]
        assert [offering[name] for name in ("name", "externalId", "version")] == ["Our plan", "x-1", "2"]
        _, shown = await replaced(telco, {"id": "i-1", "productOffering": {"id": "phone"}})
        offering = shown["productOffering"]
        assert [offering[name] for name in ("id", "name", "externalId")] == ["phone", None, None]


async def test_a_container_that_is_found_keeps_what_is_not_said_of_it() -> None:
    async with telco_with() as telco:
        shown, _ = await replaced(telco, {"id": "i-1"}, shelf={"side": "left"}, category=None)
        assert (shown["bundleOfferContainerId"], shown["shelf"]) == ("b-1", {"side": "left"})
        assert (shown["category"]["id"], shown["category"]["name"]) == ("mobile", "Mobile")
        shown, _ = await replaced(telco, {"id": "i-1"}, bundleOfferContainerId="", category={"id": "device"})
        assert (shown["bundleOfferContainerId"], shown["shelf"]) == ("", {"side": "left"})


async def test_new_parts_in_an_update_keep_what_is_sent() -> None:
    async with telco_with() as telco:
        new = container(item("plan", "i-2", sku="sku-9", color=None), id="k-2", shelf={"row": 2})
        answer = done(await telco.call("update-offer-containers", CART, {"offerContainer": [new]}))
        shown = answer.body["offerContainer"][1]
        assert (shown["shelf"], shown["cartItem"][0]["sku"]) == ({"row": 2}, "sku-9")


async def test_an_item_that_is_replaced_keeps_nothing_of_the_one_before() -> None:
    async with telco_with() as telco:
        inside = {**CART, "offerContainerId": "k-1"}
        answer = done(await telco.call("update-cart-items", inside, {"cartItem": [item("plan", "i-1", sku="sku-2")]}))
        [shown] = answer.body["offerContainer"][0]["cartItem"]
        assert (shown["sku"], shown.get("color"), shown["product"]["id"]) == ("sku-2", None, None)


async def test_parts_keep_no_more_than_their_limits() -> None:
    async with telco_with() as telco:
        long = {"id": "i-1", "one": "x" * 2 * HALF}
        await replaced(telco, long, one="x" * HALF)
        two = {"portfolioId": "pf-1", "two": "x" * HALF, "cartItem": [{"id": "i-1", "two": "x" * 2 * HALF}]}
        answer = await telco.call("update-offer-containers", CART, {"offerContainer": [two]})
        place = "/body/offerContainer/0"
        assert wrong(answer) == [("too-long", place), ("too-long", f"{place}/cartItem/0")]
        instead = {**two, "one": None, "cartItem": [{"id": "i-1", "one": None, "two": "x" * 2 * HALF}]}
        done(await telco.call("update-offer-containers", CART, {"offerContainer": [instead]}))


DEALER = {"id": "d-1", "role": "dealer", "name": "Dan", "href": "/d-1"}
VISITOR = {"id": "u-1", "role": "visitor", "name": "A.", "href": "/u-1"}


def parties(answer: DialectReply) -> list[dict[str, Any]]:
    """The related parties that an answer shows, without names under which there is nothing."""
    return [
        {name: value for name, value in each.items() if value is not None} for each in done(answer).body["relatedParty"]
    ]


async def test_a_claim_shows_who_is_related_now_with_what_was_kept_of_them() -> None:
    async with telco_with(relatedParty=[DEALER, VISITOR, {"href": "/nobody"}], sku="s-1") as telco:
        customer = {"id": "u-1", "role": "customer", "@type": "Individual"}
        answer = await claimed(telco, customer)
        assert parties(answer) == [{**customer, "href": "/u-1"}]
        assert answer.body["sku"] == "s-1"
        assert (await kept(telco, "telco", "cart"))[0]["relatedParty"] == [{**customer, "name": None, "href": "/u-1"}]


async def test_a_claim_takes_over_nothing_from_somebody_else() -> None:
    async with telco_with(relatedParty=[DEALER, {"role": "agent", "href": "/agent"}]) as telco:
        sent = [{"role": "agent", "name": "Bob"}, {"id": "u-1", "role": "customer", "href": "/u-1"}]
        assert parties(await claimed(telco, sent)) == sent


async def test_a_cart_keeps_no_more_than_its_limit() -> None:
    async with telco_with(one="x" * HALF) as telco:
        party = {"id": "u-1", "role": "customer", "two": "x" * HALF}
        assert wrong(await claimed(telco, party)) == [("too-long", "/body/relatedParty")]


@pytest.mark.parametrize("part", ["parameters", "body"])
async def test_a_channel_and_a_place_show_what_was_sent_when_the_cart_moved(part: str) -> None:
    web = {"id": "web", "name": "Web", "href": "/web"}
    async with telco_with(channel=web, sku="s-1") as telco:
        shop, north = {"id": "shop", "role": "sales"}, {"name": "north", "href": "/north"}
        going = {"channel": shop, "place": north}
        parameters, body = ({**CART, **going}, None) if part == "parameters" else (CART, going)
        cart = done(await telco.call("modify-channel-and-place", parameters, body)).body["shoppingCart"]
        assert {name: value for name, value in cart["channel"].items() if value is not None} == shop
        assert {name: value for name, value in cart["place"].items() if value is not None} == north
        assert cart["sku"] == "s-1"
        seen = done(await telco.call("query-shopping-cart", CART)).body
        assert (seen["channel"], seen["place"]) == (cart["channel"], cart["place"])


async def test_a_move_to_the_same_channel_keeps_what_was_sent_with_it() -> None:
    async with telco_with(channel={"id": "web", "name": "Web", "href": "/web"}) as telco:
        body = {"channel": {"id": "web", "role": "sales"}}
        cart = done(await telco.call("modify-channel-and-place", CART, body)).body["shoppingCart"]
        shown = {name: value for name, value in cart["channel"].items() if value is not None}
        assert shown == {"id": "web", "role": "sales", "href": "/web"}


# carrier-order


async def test_an_order_keeps_what_earlier_ones_said_of_the_cart() -> None:
    async with counter("carrier-order", SHOP) as carrier:
        await carrier.command("create-cart", "c-1", {"currency": "EUR"})
        for fields in ({"agent": "anna"}, {"campaign": "spring"}):
            line = {"productOfferingId": "plan", "action": "add"}
            done(await carrier.call("add-items", {"cartId": "c-1"}, {"items": [line], **fields}))
        assert await kept(carrier, "carrier-order", "cart") == [{"agent": "anna", "campaign": "spring"}]
