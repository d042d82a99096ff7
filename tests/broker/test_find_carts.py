"""Queries over many carts, from queue to reply (contract, "Queries")."""

from typing import Any

import pytest

from support.shop import Shop, error_code

OFFERINGS = [{"id": "basic"}, {"id": "extra"}]
PRICES = [
    {"id": f"p-{name}", "offeringId": name, "type": "recurring", "period": "P1M", "currency": "EUR", "amount": amount}
    for name, amount in (("basic", "10.00"), ("extra", "1.00"))
]
NEWEST_FIRST = {"where": 'status = "active"', "sort": ["-updatedAt", "id"], "size": 7, "fields": ["id"]}
CARTS = 25


@pytest.fixture
async def carts(shop: Shop) -> list[str]:
    """Carts of three customers in two countries, some of them with two lines, and one that was deleted."""
    await shop.call("upsert-offerings", data={"offerings": OFFERINGS})
    await shop.call("upsert-prices", data={"prices": PRICES})
    ids = []
    for number in range(CARTS + 1):
        items = [{"id": "i-1", "offeringId": "basic", "quantity": 1 + number % 3}]
        if number % 5 == 0:
            items.append({"id": "i-2", "offeringId": "extra"})
        data = {
            "country": ["FR", "DE"][number % 2],
            "currency": "EUR",
            "customer": {"id": f"u-{number % 3}"},
            "keys": {"salesJourneyId": f"j-{number:02}"},
            "items": items,
        }
        cart_id = f"c-{number:02}"
        assert (await shop.call("create-cart", cart_id, data))["status"] == "applied"
        ids.append(cart_id)
    assert (await shop.call("delete-cart", ids[-1]))["status"] == "applied"
    return ids[:-1]


async def found(shop: Shop, kind: str = "find-carts", **data: Any) -> dict[str, Any]:
    reply = await shop.call(kind, data=data)
    assert (reply["type"], reply.get("status")) == ("query-result", "read"), reply
    return reply


async def test_carts_are_found_by_a_filter_and_shown_as_get_cart_shows_them(shop: Shop, carts: list[str]) -> None:
    reply = await found(shop, where='customer.id = "u-1" and country in ("FR", "XX")', size=100)
    wanted = [each for n, each in enumerate(carts) if n % 3 == 1 and n % 2 == 0]
    assert [each["id"] for each in reply["items"]] == wanted
    assert (reply["number"], reply["size"], reply["totalItems"], reply["totalPages"]) == (0, 100, len(wanted), 1)
    assert (reply["last"], reply["nextCursor"]) == (True, None)
    assert reply["items"][0] == (await shop.call("get-cart", wanted[0]))["cart"]


async def test_no_filter_walks_by_id_and_never_finds_deleted_carts(shop: Shop, carts: list[str]) -> None:
    reply = await found(shop, size=1000, fields=["id", "version"])
    assert reply["items"] == [{"id": each, "version": 1} for each in carts]


async def test_pages_by_number_and_by_cursor_are_the_same_carts(shop: Shop, carts: list[str]) -> None:
    numbered: list[str] = []
    for number in range(4):
        page = await found(shop, **NEWEST_FIRST, number=number)
        assert (page["number"], page["totalItems"], page["totalPages"]) == (number, CARTS, 4)
        assert page["last"] == (number == 3)
        numbered += [each["id"] for each in page["items"]]
    assert sorted(numbered) == carts
    page = await found(shop, **NEWEST_FIRST)
    walked = [each["id"] for each in page["items"]]
    while page["nextCursor"]:
        page = await found(shop, **NEWEST_FIRST, cursor=page["nextCursor"])
        assert (page["totalItems"], page["totalPages"]) == (None, None)
        walked += [each["id"] for each in page["items"]]
    assert walked == numbered


async def test_queries_see_what_was_answered_before_them(shop: Shop, carts: list[str]) -> None:
    assert (await shop.call("update-cart", carts[3], {"country": "NL"}))["status"] == "applied"
    reply = await found(shop, where='status = "active" and country = "NL"', fields=["id", "version", "country"])
    assert reply["items"] == [{"id": carts[3], "version": 2, "country": "NL"}]


async def test_amounts_are_compared_in_the_currency_that_the_filter_names(shop: Shop, carts: list[str]) -> None:
    reply = await found(shop, where='status = "active" and currency = "EUR" and dueNow.payable >= "30.00"', size=100)
    assert [each["id"] for each in reply["items"]] == [each for n, each in enumerate(carts) if n % 3 == 2]


async def test_distinct_recap_and_unwind(shop: Shop, carts: list[str]) -> None:
    assert (await found(shop, "distinct-values", field="country"))["items"] == ["DE", "FR"]
    cart = (await shop.call("get-cart", "c-00"))["cart"]
    times = await found(shop, "distinct-values", field="createdAt", where=f'createdAt <= "{cart["createdAt"]}"')
    assert times["items"] == [cart["createdAt"]]
    recap = await found(shop, "recap-values", field="items.offeringId", where='status = "active"')
    assert recap["items"] == [{"value": "basic", "count": CARTS}, {"value": "extra", "count": 5}]
    rows = await found(shop, "unwind-values", field="items", where='id in ("c-00", "c-01")')
    assert [(each["cartId"], each["version"], each["element"]["id"]) for each in rows["items"]] == [
        ("c-00", 1, "i-1"),
        ("c-00", 1, "i-2"),
        ("c-01", 1, "i-1"),
    ]
    assert {each["currency"] for each in rows["items"]} == {cart["currency"]}
    first = await found(shop, "recap-values", field="items.offeringId", size=1)
    rest = await found(shop, "recap-values", field="items.offeringId", size=1, cursor=first["nextCursor"])
    assert (first["items"], rest["items"], rest["last"]) == ([recap["items"][0]], [recap["items"][1]], True)


async def test_the_character_0_is_one_like_any_other(shop: Shop) -> None:
    cart_id = await shop.cart(scenario="a\x00b")
    for where in ('scenario like "a\x00%"', 'scenario like "a%"', 'scenario = "a\x00b"'):
        text = where.replace("\x00", "\\u0000") + f' and id = "{cart_id}"'
        assert [each["id"] for each in (await found(shop, where=text))["items"]] == [cart_id]
    nothing = 'id like "c\\u0000%"'
    assert (await found(shop, where=nothing))["items"] == []
    for kind in ("start-repricing", "expire-carts", "export-carts"):
        reply = await shop.call(kind, data={"where": nothing}, dryRun=True)
        assert (reply["status"], reply["job"]["counts"]["total"]) == ("dry-run", 0)


async def test_a_decomposed_letter_finds_a_composed_one(shop: Shop) -> None:
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    cart_id = await shop.cart(scenario=decomposed)
    assert (await shop.call("get-cart", cart_id))["cart"]["scenario"] == composed
    for text in (composed, decomposed):
        for where in (f'scenario = "{text}"', f'scenario like "{text}%"', f'scenario in ("x", "{text}")'):
            assert [each["id"] for each in (await found(shop, where=f'{where} and id = "{cart_id}"'))["items"]]


@pytest.mark.parametrize(
    ("data", "path", "code", "said"),
    [
        ({"where": "status = active"}, "/data/where", "syntax", "character 10"),
        ({"where": 'colour = "red"'}, "/data/where", "unknown-field", "character 1:"),
        ({"where": "status = 3"}, "/data/where", "wrong-type", "character 10"),
        ({"where": 'country = "FR"'}, "/data/where", "not-indexed", "customer.id"),
        ({"where": 'not status = "active"'}, "/data/where", "not-indexed", "status"),
        ({"where": 'status = "a" or country = "FR"'}, "/data/where", "not-indexed", "status"),
        ({"where": 'id like "%a"'}, "/data/where", "not-a-prefix", "character 9"),
        ({"where": '{"$ne": null}'}, "/data/where", "syntax", "character 1:"),
        ({"where": 'status = "active" and dueNow.payable > "1.00"'}, "/data/where", "wrong-type", "currency"),
        ({"sort": ["country"]}, "/data/sort/0", "not-indexed", "updatedAt"),
        ({"fields": ["colour"]}, "/data/fields/0", "unknown-field", "field"),
        ({"fields": ["id", "amendedBy"]}, "/data/fields/1", "unknown-field", "field"),
        ({"size": 0}, "/data/size", "out-of-range", ""),
        ({"cursor": "bm90IG91cnM"}, "/data/cursor", "wrong-cursor", "query"),
    ],
)
async def test_what_is_wrong_is_refused_with_its_place(
    shop: Shop, data: dict[str, Any], path: str, code: str, said: str
) -> None:
    reply = await shop.call("find-carts", data=data)
    assert error_code(reply) == "invalid"
    assert (path, code) in [(each["path"], each["code"]) for each in reply["error"]["problems"]]
    assert said in reply["error"]["problems"][0]["message"]


async def test_a_field_that_is_sorted_by_twice_counts_once(shop: Shop, carts: list[str]) -> None:
    wanted = (await found(shop, sort=["-updatedAt"], size=1000, fields=["id"]))["items"]
    twice: dict[str, Any] = {"sort": ["-updatedAt", "updatedAt"], "size": 10, "fields": ["id"]}
    page = await found(shop, **twice)
    walked = page["items"]
    while page["nextCursor"] is not None:
        page = await found(shop, **twice, cursor=page["nextCursor"])
        walked += page["items"]
    assert (walked, len(walked)) == (wanted, len(carts))


async def test_a_cursor_belongs_to_its_query(shop: Shop, carts: list[str]) -> None:
    page = await found(shop, size=5)
    reply = await shop.call("find-carts", data={"size": 5, "sort": ["-id"], "cursor": page["nextCursor"]})
    assert [(each["path"], each["code"]) for each in reply["error"]["problems"]] == [("/data/cursor", "wrong-cursor")]


async def test_another_tenant_s_carts_are_never_found(shop: Shop, carts: list[str]) -> None:
    neighbour = Shop(shop.wire, f"{shop.tenant}x")
    assert (await neighbour.call("create-cart", "c-00", {"currency": "EUR"}))["status"] == "applied"
    for where in ('id >= "" and status = "active"', 'not id = "c-01" and status = "active"', None):
        reply = await found(shop, where=where, size=1000, fields=["tenant"])
        assert {each["tenant"] for each in reply["items"]} == {shop.tenant}
    theirs = await found(neighbour, size=1000, fields=["id", "tenant"])
    assert theirs["items"] == [{"id": "c-00", "tenant": neighbour.tenant}]
