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
