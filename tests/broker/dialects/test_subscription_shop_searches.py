"""The queries of document 001 over all carts, from queue to reply."""

from typing import Any

import pytest

from support.dialects import Counter
from support.running import Running
from support.shop import Shop
from support.subscription_shop import differences, sample

CARTS = 7


@pytest.fixture(scope="module")
async def shop(running: Running) -> Shop:
    """Seven carts of two countries and three end users; every third has two lines."""
    shop = await running.shop()
    counter = Counter(shop, "subscription-shop")
    for number in range(CARTS):
        body = {
            "country": ["FR", "JP"][number % 2],
            "forcedCurrency": "EUR",
            "locale": "fr-FR",
            "storeId": "s-1",
            "enduserId": f"u-{number % 3}",
            "source": ["PURCHASE", "OFFER"][number % 2],
            "Subscription Id": f"sub-{number // 2}",
            "wantedProducts": [{"id": "phone", "quantity": number + 1}, *([{"id": "plan"}] if number % 3 == 0 else [])],
        }
        reply = await counter.call("create-item", None, body, cart_id=f"c-{number}")
        assert reply.http_status == 201, reply
    return shop


@pytest.fixture(scope="module")
def counter(shop: Shop) -> Counter:
    return Counter(shop, "subscription-shop")


async def found(counter: Counter, operation: str, predicate: Any = None, **asked: Any) -> dict[str, Any]:
    """The page that answers a query."""
    reply = await counter.call(operation, {"predicate": predicate, **asked})
    assert (reply.http_status, reply.headers["status"]) == (200, "read"), reply
    assert differences(reply.body, "page") == []
    return dict(reply.body)


async def ids(counter: Counter, predicate: Any, **asked: Any) -> list[str]:
    return [each["id"] for each in (await found(counter, "get-items", predicate, **asked))["items"]]


async def test_items_are_pages_of_carts_as_get_item_shows_them(counter: Counter) -> None:
    page = await found(counter, "get-items", {}, pageable={"page": 1, "size": 3})
    assert [each["id"] for each in page["items"]] == ["c-3", "c-4", "c-5"]
    assert {name: page[name] for name in sample("page") if name != "items"} == {
        "last": False,
        "number": 1,
        "size": 3,
        "totalItems": CARTS,
        "totalPages": 3,
    }
    assert page["items"][0] == (await counter.call("get-item", {"id": "c-3"})).body
    assert (await found(counter, "get-items", None))["last"]


@pytest.mark.parametrize(
    ("predicate", "wanted"),
    [
        ({"country": "JP"}, [1, 3, 5]),
        ({"country": ["JP", "DE"], "enduserId": "u-0"}, [3]),
        ({"source": "OFFER", "enduserId": ["u-1", "u-2"]}, [1, 5]),
        ({"subscriptionId": "sub-1"}, [2, 3]),
        ({"products.id": "plan"}, [0, 3, 6]),
        ({"wantedProducts": "plan", "dbVersion": 1}, [0, 3, 6]),
        ({"customerId": None, "id": ["c-1", "c-2"]}, [1, 2]),
        ({"currency": "EUR", "totalAmount": 240}, [1]),
        ({"currency.code": "EUR", "totalAmount": "840.00"}, []),
        ({"externalContext": "no"}, []),
    ],
)
async def test_a_predicate_takes_any_field(counter: Counter, predicate: Any, wanted: list[int]) -> None:
    # In Japan the phone has a tax of 10 %.
    wanted = wanted if predicate != {"currency": "EUR", "totalAmount": 240} else []
    assert await ids(counter, predicate) == [f"c-{number}" for number in wanted]


async def test_items_are_sorted_by_their_own_names(counter: Counter) -> None:
    newest = await ids(counter, {}, pageable={"sort": "createDate,desc", "size": 2})
    assert newest == ["c-6", "c-5"]
    assert await ids(counter, {}, pageable={"sort": ["updateDate,asc", "id"], "size": 2}) == ["c-0", "c-1"]
    assert await ids(counter, {}, target="subscriptionId", pageable={"size": 1}) == ["c-0"]
    assert await ids(counter, {}, target="customerId") == []


async def test_distinct_recap_and_unwind(counter: Counter) -> None:
    assert (await found(counter, "get-distinct-values", {}, target="country"))["items"] == ["FR", "JP"]
    recap = await found(counter, "get-recap-quantities", {"country": "FR"}, target="products.id")
    assert recap["items"] == [{"value": "phone", "count": 4}, {"value": "plan", "count": 2}]
    lines = await found(counter, "get-unwind-values", {"id": ["c-0", "c-1"]}, target="products")
    carts = [(await counter.call("get-item", {"id": each})).body for each in ("c-0", "c-1")]
    assert lines["items"] == [each for cart in carts for each in cart["products"]]
    wanted = await found(counter, "get-unwind-values", {"id": "c-0"}, target="wantedProducts", pageable={"size": 1})
    assert (wanted["items"], wanted["totalItems"], wanted["last"]) == ([carts[0]["wantedProducts"][0]], 2, False)
    assert (await found(counter, "get-unwind-values", {}, target="vouchers"))["items"] == []


@pytest.mark.parametrize(
    ("operation", "asked", "path", "code"),
    [
        ("get-items", {"predicate": {"colour": "red"}}, "/parameters/predicate/colour", "unknown-field"),
        ("get-items", {"predicate": {"country": {"$ne": None}}}, "/parameters/predicate/country", "wrong-type"),
        ("get-items", {"predicate": {"dbVersion": "one"}}, "/parameters/predicate", "wrong-type"),
        ("get-items", {"predicate": {"totalAmount": 1}}, "/parameters/predicate", "wrong-type"),
        ("get-items", {"predicate": {"country": []}}, "/parameters/predicate/country", "too-few"),
        ("get-items", {"pageable": {"size": 1001}}, "/parameters/pageable/size", "out-of-range"),
        ("get-items", {"pageable": {"sort": "country"}}, "/parameters/pageable/sort", "not-indexed"),
        ("get-items", {"pageable": {"sort": "id,up"}}, "/parameters/pageable/sort", "wrong-format"),
        ("get-items", {"target": "colour"}, "/parameters/target", "unknown-field"),
        ("get-distinct-values", {}, "/parameters/target", "missing"),
        ("get-distinct-values", {"target": "totalAmount"}, "/parameters/target", "unknown-field"),
        (
            "get-recap-quantities",
            {"target": "id", "pageable": {"sort": "id"}},
            "/parameters/pageable/sort",
            "not-allowed",
        ),
        ("get-unwind-values", {"target": "country"}, "/parameters/target", "unknown-field"),
    ],
)
async def test_what_is_wrong_is_refused_with_its_place(
    counter: Counter, operation: str, asked: dict[str, Any], path: str, code: str
) -> None:
    reply = await counter.call(operation, asked)
    assert (reply.http_status, reply.body["code"]) == (400, "invalid")
    assert [(each["path"], each["code"]) for each in reply.body["problems"]] == [(path, code)]
