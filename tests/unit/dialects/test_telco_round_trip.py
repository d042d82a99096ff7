"""The long sample cart of document 002: every field that is sent comes back, and none is missing in an answer."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from support.memory_counter import MemoryCounter
from support.telco import ROWS, container, item, kinds, lost, names, sample

EMPTY_UNTIL_THEN = (
    "/itemPriceChanged[]/",
    "/customizedPrice[]/",
    "/allowedDiscount[]/",
    "/itemPriceRelationship[]/",
    "/changedItemsBySCRule/added[]/",
    "/changedItemsBySCRule/removed[]/",
    "/changedItemsBySCRule/replaced[]/",
    "/changedItemsBySCService/autoRemovedOffer[]/",
    "/changedItemsBySCService/autoRemovedPromotions[]/",
)
"""Lists that only the system fills; nothing has moved, been overridden or been removed when a cart is new."""


@pytest.fixture
async def counter() -> AsyncIterator[MemoryCounter]:
    counter = MemoryCounter("telco", ROWS)
    yield counter
    await counter.worker.close()


@pytest.fixture
async def cart(counter: MemoryCounter) -> Any:
    made = await counter.call("create-shopping-cart", None, sample("shopping-cart-request"))
    assert made.http_status == 201, made.body
    return made.body


def absent(expected: object, shown: object) -> list[str]:
    """Names that an answer should have, and has not."""
    wanted = (each for each in names(expected) if not any(part in each for part in EMPTY_UNTIL_THEN))
    return sorted(set(wanted) - set(names(shown)))


async def test_every_field_that_is_sent_comes_back(cart: Any) -> None:
    sent = sample("shopping-cart-request")
    second = sent["offerContainer"][0]["cartItem"].pop()
    assert absent(sent, cart) == []
    shown = cart["offerContainer"][0]["cartItem"].pop()
    assert list(lost(sent, cart)) == []
    assert (shown["id"], shown["productOffering"]["id"]) == (second["id"], "phone")


async def test_what_the_system_fills_in_is_not_believed(cart: Any) -> None:
    assert (cart["status"], cart["isAmendment"], cart["validityToken"]) == ("ACTIVE", False, None)
    assert (cart["userId"], cart["userType"], cart["agentId"]) == ("u-1", "CUSTOMER", None)
    first = cart["offerContainer"][0]["cartItem"][0]
    assert [each["priceId"] for each in first["itemPrice"]] == ["pp-plan"]
    assert (first["addedByPromotion"], first["customizedPrice"]) == (False, [])
    assert [each["id"] for each in first["promotions"]] == ["item-off"]


async def test_an_answer_has_every_name_of_the_sample_with_values_of_its_type(cart: Any) -> None:
    expected = sample("shopping-cart")
    assert absent(expected, cart) == []
    types: dict[str, set[str]] = {}
    for path, kind in kinds(expected):
        types.setdefault(path, set()).add(kind)
    for path, kind in kinds(cart):
        assert kind in types.get(path, {kind}), path


@pytest.mark.parametrize(
    ("category", "shown"),
    [
        ({"id": "mobile", "version": "2"}, ("mobile", "2")),
        ([{"id": "mobile", "version": "2"}], ("mobile", "2")),
        ([{"id": "mobile"}, {"id": "device"}], ("mobile", None)),
        ([], (None, None)),
    ],
)
async def test_a_category_may_be_listed(counter: MemoryCounter, category: object, shown: tuple[object, ...]) -> None:
    containers = {"offerContainer": [{"id": "k-1", "category": category}]}
    made = await counter.call("create-shopping-cart", {"id": "c-listed"}, containers)
    assert made.http_status == 201, made.body
    [container] = made.body["offerContainer"]
    assert (container["category"]["id"], container["category"]["version"]) == shown


async def test_each_listed_category_is_read(counter: MemoryCounter) -> None:
    containers = {"offerContainer": [{"id": "k-1", "category": [{"id": "mobile"}, {"id": 5}]}]}
    refused = await counter.call("create-shopping-cart", {"id": "c-listed"}, containers)
    [error] = refused.body["listOfErrors"]
    assert (refused.http_status, error["errorMap"]["path"]) == (400, "/body/offerContainer/0/category/1/id")


async def test_what_comes_back_can_be_sent_again(counter: MemoryCounter, cart: Any) -> None:
    """A client that changes what it was answered and sends it loses nothing."""
    for status in ("applied", "unchanged"):
        containers = {"offerContainer": cart["offerContainer"]}
        again = await counter.call("update-offer-containers", {"id": cart["id"]}, containers)
        assert (again.http_status, again.headers["status"]) == (200, status), again.body
        assert again.body["offerContainer"] == cart["offerContainer"]


async def test_an_item_that_is_found_by_its_product_keeps_what_is_not_sent(counter: MemoryCounter) -> None:
    product = {"id": "p-1", "productSerialNumber": "s-1", "billingAccount": {"id": "b-1", "name": "Mine"}}
    made = container(item("plan", "i-1", product=product, sku="sku-1"), portfolioId="pf-1")
    await counter.call("create-shopping-cart", {"id": "c-found"}, {"offerContainer": [made]})
    sent = {"portfolioId": "pf-1", "cartItem": [{"product": {"id": "p-1"}, "quantity": 2}]}
    again = await counter.call("update-offer-containers", {"id": "c-found"}, {"offerContainer": [sent]})
    [line] = again.body["offerContainer"][0]["cartItem"]
    assert (line["id"], line["quantity"], line["sku"]) == ("i-1", 2, "sku-1")
    assert list(lost(product, line["product"])) == []


async def test_refused_ids_are_named_where_the_body_has_them(counter: MemoryCounter) -> None:
    await counter.call("create-shopping-cart", {"id": "c-first"}, {"uniqueId": "u-1"})
    for body, place in (
        ({"id": "no id"}, "id"),
        ({"uniqueId": "no id"}, "uniqueId"),
        ({"uniqueId": "u-1"}, "uniqueId"),
    ):
        refused = await counter.call("create-shopping-cart", None, body)
        assert [each["errorMap"]["path"] for each in refused.body["listOfErrors"]] == [f"/body/{place}"]


async def test_details_of_adjustments_come_back_as_they_were_sent(counter: MemoryCounter) -> None:
    details = [{"name": "points", "value": 3}, {"name": "checked", "value": True}, {"name": "by", "value": "anna"}]
    adjustment = {"id": "a-1", "type": "giftCard", "amount": 5, "details": details}
    made = await counter.call("create-shopping-cart", {"id": "c-paid"}, {"nonRecurringPriceAdjustment": [adjustment]})
    [shown] = made.body["nonRecurringPriceAdjustment"]
    assert shown["details"] == details


async def test_it_is_the_same_when_it_is_queried(counter: MemoryCounter, cart: Any) -> None:
    queried = await counter.call("query-shopping-cart", {"id": cart["id"]})
    assert (queried.http_status, queried.headers["status"]) == (200, "read")
    assert queried.body == cart


async def test_the_sample_as_it_stands_names_no_channel_and_has_an_item_about_nothing(counter: MemoryCounter) -> None:
    sent = sample("shopping-cart")
    for place in ("/body/channel", "/body/offerContainer/0/cartItem/0"):
        refused = await counter.call("create-shopping-cart", None, sent)
        assert (refused.http_status, refused.body["errorCode"]) == (400, "invalid")
        assert [each["errorMap"]["path"] for each in refused.body["listOfErrors"]] == [place]
        sent["channel"]["name"] = "web"


async def test_the_sample_as_it_stands_is_accepted_without_that_item(counter: MemoryCounter) -> None:
    sent = sample("shopping-cart")
    sent["offerContainer"][0]["cartItem"] = []
    sent["channel"]["id"] = "web"
    made = await counter.call("create-shopping-cart", None, sent)
    assert made.http_status == 201, made.body
    assert absent({name: value for name, value in sent.items() if name != "offerContainer"}, made.body) != ["nothing"]
    assert list(lost(sent["contactMedium"], made.body["contactMedium"])) == []
