"""Looking into carts on the command line: history, versions, differences, explanations; on a worker."""

import json
from typing import Any

import pytest

from support.cli_runs import Cart, runs
from support.running import Running
from support.shop import PRICES, Shop

PHONE = {"id": "i-1", "offeringId": "phone", "quantity": 2}
PLAN = {"id": "i-2", "offeringId": "plan"}
FREE = {"id": "free", "benefits": [{"kind": "free-period", "periods": 3}], "name": "Three months free"}
RICH = {
    "id": "rich",
    "conditions": [{"kind": "minimum-amount", "amount": "9999.00", "currency": "EUR"}],
    "benefits": [{"kind": "percent", "value": "10"}],
}


@pytest.fixture
def cart(running: Running, shop: Shop) -> Cart:
    return runs(running.settings, shop.tenant)


@pytest.fixture
async def changed(shop: Shop) -> None:
    """A cart with three versions: a phone twice, then three times, then a plan beside it."""
    await shop.call("create-cart", "c-1", {"country": "FR", "currency": "EUR", "items": [PHONE]}, message_id="m-1")
    await shop.call("update-products", "c-1", {"products": [{"id": "i-1", "quantity": 3}]}, reason="one more")
    await shop.call("add-items", "c-1", {"items": [PLAN]})


async def told(cart: Cart, *arguments: str) -> Any:
    done = await cart(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


async def shown(cart: Cart, *arguments: str) -> str:
    """What a command prints, with single spaces."""
    done = await cart(*arguments)
    assert done.exit_code == 0, done.output
    return " ".join(done.stdout.replace("│", " ").split())


@pytest.mark.usefixtures("changed")
async def test_history_shows_when_by_what_and_what_it_cost(cart: Cart) -> None:
    page = await shown(cart, "history", "c-1")
    assert "create-cart" in page
    assert "item-added i-1: 2 × phone" in page
    assert "quantity-changed i-1: 2 → 3" in page
    assert "one more" in page
    assert "total one-time: 240.00 → 360.00 EUR (quantity-changed)" in page
    assert "total recurring P1M: 0.00 → 10.00 EUR (item-added)" in page
    assert "create-cart" not in await shown(cart, "history", "c-1", "--from", "2")
    assert "add-items" not in await shown(cart, "history", "c-1", "--to", "2")


@pytest.mark.usefixtures("changed")
async def test_history_for_machines_is_what_the_worker_answers(cart: Cart, shop: Shop) -> None:
    answered = await shop.call("get-history", "c-1")
    assert await told(cart, "history", "c-1") == {"cartId": "c-1", "items": answered["items"]}
    assert [each["version"] for each in (await told(cart, "history", "c-1", "--from", "2", "--to", "2"))["items"]] == [
        2
    ]


@pytest.mark.usefixtures("changed")
async def test_history_follows_the_pages(cart: Cart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.looking.history.PAGE", 1)
    assert [each["version"] for each in (await told(cart, "history", "c-1"))["items"]] == [1, 2, 3]
    assert [each["version"] for each in (await told(cart, "history", "c-1", "--to", "2"))["items"]] == [1, 2]


@pytest.mark.usefixtures("changed")
async def test_a_cart_as_it_was(cart: Cart) -> None:
    assert "due now 240.00 EUR" in await shown(cart, "get", "c-1", "--at-version", "1")
    assert (await told(cart, "get", "c-1", "--at-version", "2"))["cart"]["items"][0]["quantity"] == 3
    for wrong in (("--at-version", "9"), ("--at-version", "1", "--reprice")):
        refused = await cart("get", "c-1", *wrong)
        assert (refused.exit_code, "/data/atVersion" in refused.output) == (1, True)


@pytest.mark.usefixtures("changed")
async def test_what_differs_between_two_versions(cart: Cart) -> None:
    page = await shown(cart, "diff", "c-1@1", "c-1")
    assert "before c-1 version 1, active" in page
    assert "after c-1 version 3, active" in page
    assert "i-1 quantity 2 3" in page
    assert "i-1 pp-phone gross 240.00 360.00" in page
    assert "i-2 1 × plan" in page
    assert "total one-time gross 240.00 360.00" in page
    assert "total recurring P1M 10.00" in page
    assert "due now payable 240.00 370.00" in page
    found = await told(cart, "diff", "c-1@1", "c-1@2")
    assert (found["before"], found["after"]) == ({"cartId": "c-1", "version": 1}, {"cartId": "c-1", "version": 2})
    moved = {each["path"]: (each["before"], each["after"]) for each in found["differences"]}
    assert moved["/items/i-1/quantity"] == (2, 3)
    assert moved["/items/i-1/prices/pp-phone/net"] == ("200.00", "300.00")
    assert moved["/dueNow/payable"] == ("240.00", "360.00")
    assert "no difference" in await shown(cart, "diff", "c-1@3", "c-1")


@pytest.mark.usefixtures("changed")
async def test_what_differs_between_two_carts(cart: Cart, shop: Shop) -> None:
    items = [{"id": "x-1", "offeringId": "phone", "quantity": 5}]
    await shop.call("create-cart", "c@2", {"country": "FR", "currency": "EUR", "items": items})
    page = await shown(cart, "diff", "c-1@2", "c@2@")
    assert "after c@2 version 1" in page
    assert "i-1 quantity 3 5" in page
    gone = await cart("diff", "c-1", "c@2")
    assert (gone.exit_code, "cart-not-found" in gone.output) == (1, True)


async def test_why_a_cart_costs_what_it_does(cart: Cart, shop: Shop) -> None:
    await shop.call("upsert-promotions", data={"promotions": [FREE, RICH]})
    items = [PHONE, {**PLAN, "quantity": 3}]
    await shop.call("create-cart", "c-1", {"country": "FR", "currency": "EUR", "items": items})
    page = await shown(cart, "explain", "c-1")
    assert "read cart c-1, version 1" in page
    assert "i-1 one-time list-price pp-phone 200.00 200.00 2 × phone at 100.00, since catalog revision" in page
    assert "tax fr 40.00 240.00" in page
    assert "promotion free -30.00 0.00" in page
    assert "promotion free applied" in page
    assert "promotion rich did not apply: condition-not-met (minimum-amount)" in page
    assert "i-2 P1M: 0.00 for 3 months, then 30.00" in page
    assert "total P1M: 0.00 for 3 months, then 30.00" in page

    line = await shown(cart, "explain", "c-1", "i-2")
    assert "i-2 recurring P1M list-price pp-plan 30.00 30.00" in line
    assert "i-1" not in line
    unknown = await cart("explain", "c-1", "i2")
    assert unknown.exit_code == 1
    assert "cart c-1 has no line i2" in unknown.output
    assert "It has i-1, i-2" in unknown.output


@pytest.mark.usefixtures("changed")
async def test_an_explanation_at_a_version_at_todays_prices_and_for_machines(cart: Cart, shop: Shop) -> None:
    await shop.call("upsert-prices", data={"prices": [{**PRICES[1], "amount": "90.00"}]})
    assert "200.00 240.00" not in await shown(cart, "explain", "c-1", "i-1")
    assert "200.00 200.00 2 × phone at 100.00" in await shown(cart, "explain", "c-1", "i-1", "--at-version", "1")
    assert "270.00 270.00 3 × phone at 90.00" in await shown(cart, "explain", "c-1", "i-1", "--reprice")
    answered = await shop.call("get-cart", "c-1", explain=True)
    found = await told(cart, "explain", "c-1")
    assert (found["version"], found["explanation"]) == (3, answered["explanation"])
    only = await told(cart, "explain", "c-1", "i-2")
    assert [each["itemId"] for each in only["explanation"]["items"]] == ["i-2"]


@pytest.mark.parametrize("command", [("history", "c-9"), ("diff", "c-9", "c-9@1"), ("explain", "c-9")])
async def test_a_cart_that_is_not_there(cart: Cart, command: tuple[str, ...]) -> None:
    refused = await cart(*command)
    assert (refused.exit_code, "cart-not-found" in refused.output) == (1, True)
    as_json = await cart(*command, "--json")
    assert json.loads(as_json.stdout)["error"]["code"] == "cart-not-found"


async def test_warnings_are_explained_too(cart: Cart, shop: Shop) -> None:
    await shop.call("create-cart", "c-1", {"country": "FR", "currency": "EUR", "items": [PHONE, PLAN]})
    gone = {"startDateTime": "2020-01-01T00:00:00Z", "endDateTime": "2021-01-01T00:00:00Z"}
    await shop.call("upsert-prices", data={"prices": [{**PRICES[1], "validFor": gone}]})
    assert "warning i-1 price-not-found" in await shown(cart, "explain", "c-1", "--reprice")
