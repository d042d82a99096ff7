"""The video store's dialect, from queue to reply: every sample of document 003, field by field."""

from typing import Any

import pytest
from graphql import get_introspection_query

from support.dialects import Counter
from support.films import FACTS
from support.running import Running
from support.samples import sample

EUROS = {"currency": "EUR", "locale": "en"}
FRAGMENT = "{ totalPrice totalPriceWithoutTax content { items { accessMode { id priceFormat } product { id type } } } }"


@pytest.fixture(scope="module")
async def store(running: Running) -> Counter:
    shop = await running.shop()
    for kind, rows in FACTS.items():
        reply = await shop.call(f"upsert-{kind}", data={kind: rows})
        assert reply["type"] == "catalog-updated", reply
    return Counter(shop, "video-store")


async def cart(store: Counter, *modes: tuple[str, str], **header: Any) -> str:
    created = await store.shop.call("create-cart", None, {**EUROS, **header})
    for offering, mode in modes:
        data = {"offeringId": offering, "accessMode": mode}
        assert (await store.shop.call("add-access-mode", created["cartId"], data))["status"] == "applied"
    return str(created["cartId"])


async def ask(store: Counter, cart_id: str | None, query: str, **variables: Any) -> Any:
    reply = await store.call("graphql", None, {"query": query, "variables": variables}, cart_id=cart_id)
    assert reply.http_status == 200, reply
    return reply.body


STREAMING = ("1", "2")


@pytest.mark.parametrize(
    ("name", "modes", "header", "status"),
    [
        ("products", [], {"currency": "USD", "locale": "en-US"}, "read"),
        ("add-product-to-cart", [], {}, "applied"),
        ("remove-product-from-cart", [STREAMING], {}, "applied"),
        ("reset-cart", [STREAMING], {}, "applied"),
        ("add-cart-voucher", [STREAMING], {}, "applied"),
    ],
)
async def test_every_sample_is_answered_as_the_document_has_it(
    store: Counter, name: str, modes: list[tuple[str, str]], header: dict[str, Any], status: str
) -> None:
    given = sample("video-store", name)
    cart_id = await cart(store, *modes, **header)
    reply = await store.call("graphql", None, given["request"], cart_id=cart_id)
    assert (reply.http_status, reply.body) == (200, given["response"])
    version = 1 + len(modes) + (status == "applied")
    assert {name: reply.headers[name] for name in ("status", "cart-id", "cart-version")} == {
        "status": status, "cart-id": cart_id, "cart-version": version
    }  # fmt: skip


async def test_what_the_customer_owns_is_refused_in_the_documents_words(store: Counter) -> None:
    given = sample("video-store", "already-owned")
    owner = await cart(store, customer={"id": "u-1", "ownedOfferings": ["1"]})
    reply = await store.call("graphql", None, given["request"], cart_id=owner)
    assert reply.body["errors"][0]["extensions"].pop("errorCode") == "already-owned"
    assert (reply.http_status, reply.body) == (200, given["response"])


async def test_a_duplicate_is_answered_with_the_first_answer(store: Counter) -> None:
    given, cart_id = sample("video-store", "add-product-to-cart"), await cart(store)
    for status in ("applied", "duplicate"):
        reply = await store.call("graphql", None, given["request"], cart_id=cart_id, message_id=f"add-{cart_id}")
        assert (reply.body, reply.headers["status"], reply.headers["cart-version"]) == (given["response"], status, 2)
        await store.call("graphql", None, sample("video-store", "reset-cart")["request"], cart_id=cart_id)
    dry = await store.call("graphql", {"dryRun": True}, given["request"], cart_id=cart_id)
    assert (dry.body, dry.headers["status"]) == (given["response"], "dry-run")
    assert (await ask(store, cart_id, "{ cart { totalPrice } }"))["data"]["cart"]["totalPrice"] == 0
    stale = await store.call("graphql", {"version": 1}, given["request"], cart_id=cart_id)
    [error] = stale.body["errors"]
    assert (stale.http_status, stale.body["data"], error["path"]) == (200, None, ["addProductToCart"])
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "errorCode": "stale-version"}


ADD = "mutation ($product: ID!, $mode: ID!) { addProductToCart(product: $product, accessMode: $mode) " + FRAGMENT + " }"


async def test_subscriptions_and_films_never_share_a_cart(store: Counter) -> None:
    cart_id = await cart(store, STREAMING)
    body = await ask(store, cart_id, ADD, product=2, mode="9")
    product = {"id": "2", "type": "SVOD"}
    item = {"accessMode": {"id": "9", "priceFormat": "€9.90"}, "product": product}
    sums = {"totalPrice": 9.9, "totalPriceWithoutTax": 9.9, "content": {"items": [item]}}
    assert body == {"data": {"addProductToCart": sums}}
    back = await ask(store, cart_id, ADD, product=1, mode="64")
    [item] = back["data"]["addProductToCart"]["content"]["items"]
    assert item == {"accessMode": {"id": "64", "priceFormat": None}, "product": {"id": "1", "type": "TVOD"}}


@pytest.mark.parametrize(
    ("product", "mode", "code"),
    [("1", "77", "price-not-found"), ("77", "2", "offering-not-found"), ("with space", "2", "invalid")],
)
async def test_what_cannot_be_added(store: Counter, product: str, mode: str, code: str) -> None:
    body = await ask(store, await cart(store), ADD, product=product, mode=mode)
    assert body["data"] is None
    assert body["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "errorCode": code}
    assert body["errors"][0]["path"] == ["addProductToCart"]
    assert code != "invalid" or body["errors"][0]["message"].startswith(
        "/product Input should be 1 to 128 visible ASCII characters"
    )


async def test_products_in_the_carts_currency_and_locale_and_at_todays_prices(store: Counter) -> None:
    cart_id = await cart(store, STREAMING, locale="fr-FR")
    query = """
      query ($ids: [ID!]) {
        some: cms { products(includeIds: $ids) { items { id ...Modes } } }
        all: cms { products { items { id name type } } }
        cart { content { items { product { name } } } }
      }
      fragment Modes on Product {
        extension {
          __typename
          ... on ProductTVOD { accessModes { priceFormat } }
          ... on ProductSVOD { accessModes { id priceFormat } }
        }
      }
    """
    data = (await ask(store, cart_id, query, ids=["3", "2", "1", "77"]))["data"]
    poster, subscription, film = data["some"]["products"]["items"]
    assert poster == {"id": "3", "extension": None}
    monthly = [{"id": "9", "priceFormat": "9,90\u00a0€"}]
    assert subscription["extension"] == {"__typename": "ProductSVOD", "accessModes": monthly}
    prices = [None, "3,50\u00a0€", "4,35\u00a0€", "6,00\u00a0€"]
    assert [each["priceFormat"] for each in film["extension"]["accessModes"]] == prices
    everything = {each["id"]: (each["name"], each["type"]) for each in data["all"]["products"]["items"]}
    assert everything.items() >= {"1": ("The line", "TVOD"), "3": ("A poster", "MERCHANDISE"), "4": ("4", "")}.items()
    assert data["cart"]["content"]["items"] == [{"product": {"name": "The line"}}]


async def test_vouchers_are_shown_as_the_catalog_has_them(store: Counter) -> None:
    cart_id = await cart(store, STREAMING)
    query = """
      mutation { addCartVoucher(code: "ONE") {
        totalPrice vouchers { name code reductionAmount reductionPercent everyRecurringPayments }
      } }
    """
    voucher = {"name": None, "code": "ONE", "reductionAmount": 1.05, "reductionPercent": 0}
    sums = {"totalPrice": 2.45, "vouchers": [{**voucher, "everyRecurringPayments": True}]}
    assert await ask(store, cart_id, query) == {"data": {"addCartVoucher": sums}}


async def test_what_other_clients_put_into_the_cart_is_shown(store: Counter) -> None:
    cart_id = await cart(store, STREAMING)
    await store.shop.call("add-items", cart_id, {"items": [{"offeringId": "3"}, {"productId": "p-7"}]})
    items = (await ask(store, cart_id, "{ cart " + FRAGMENT + " }"))["data"]["cart"]["content"]["items"]
    assert items[1:] == [
        {"accessMode": None, "product": {"id": "3", "type": "MERCHANDISE"}},
        {"accessMode": None, "product": {"id": "p-7", "type": ""}},
    ]


async def test_a_line_s_product_has_the_access_modes_that_are_on_sale(store: Counter) -> None:
    cart_id = await cart(store, STREAMING)
    modes = "extension { ... on ProductTVOD { accessModes { id type priceFormat } } }"
    query = f"""{{ cms {{ products(includeIds: [1]) {{ items {{ id {modes} }} }} }}
                   cart {{ content {{ items {{ product {{ id {modes} }} }} }} }} }}"""
    data = (await ask(store, cart_id, query))["data"]
    [product] = data["cms"]["products"]["items"]
    assert [each["id"] for each in product["extension"]["accessModes"]] == ["64", "2", "3", "1"]
    assert data["cart"]["content"]["items"] == [{"product": product}]


async def test_a_mutation_may_be_asked_for_its_type(store: Counter) -> None:
    body = await ask(store, await cart(store, STREAMING), "mutation { __typename resetCart { __typename totalPrice } }")
    assert body == {"data": {"__typename": "Mutation", "resetCart": {"__typename": "Cart", "totalPrice": 0}}}


async def test_introspection_needs_no_cart_and_no_message_id(store: Counter) -> None:
    reply = await store.call("graphql", None, {"query": get_introspection_query()})
    assert (reply.http_status, reply.headers["status"]) == (200, "read")
    assert reply.body["data"]["__schema"]["mutationType"]["name"] == "Mutation"
    kind = await ask(store, None, '{ __typename __type(name: "Cart") { name } }')
    assert kind == {"data": {"__typename": "Query", "__type": {"name": "Cart"}}}


async def test_refusals_before_execution_and_a_cart_that_is_not_there(store: Counter) -> None:
    two = "mutation { a: resetCart { totalPrice } b: resetCart { totalPrice } }"
    for body, code in [({"query": two}, "invalid"), ({"query": "{"}, "malformed"), ({}, "invalid")]:
        reply = await store.call("graphql", None, body, cart_id=await cart(store))
        assert (reply.http_status, reply.body["errors"][0]["extensions"]["errorCode"]) == (400, code)
    for cart_id in (None, "nobody"):
        body = await ask(store, cart_id, "{ cart { totalPrice } }")
        assert body["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "errorCode": "cart-not-found"}
    malformed = await store.call("graphql", raw=b"{")
    assert (malformed.http_status, malformed.body["errors"][0]["extensions"]["errorCode"]) == (400, "malformed")
