"""GraphQL over calls: what a document may select, what is refused before execution, and how errors say where."""

from typing import Any

import pytest
from graphql import get_introspection_query

from dialects.dialect import Call
from dialects.graphql.documents import REMEMBERED, REMEMBERED_LENGTH, Documents
from dialects.graphql.execution import execute
from dialects.graphql.limits import MAX_BYTES
from dialects.graphql.request import Request
from dialects.graphql.schema import executable
from dialects.video_store.dialect import DIALECT, plan
from dialects.video_store.schema import DOCUMENTS, SCHEMA, Store
from facts.snapshot import CatalogRows, Facts
from models.answers import encoding
from support import memory_counter
from support.counters import MemoryCounter
from support.films import FACTS
from support.pricing import run

STREAMING = {"offeringId": "1", "accessMode": "2"}


@pytest.fixture
def store() -> MemoryCounter:
    store = MemoryCounter(DIALECT, Facts().with_rows(CatalogRows.of(FACTS), 1))
    cart = run("create-cart", {"currency": "EUR", "locale": "fr-FR"}, None, store.facts).cart
    assert cart is not None
    cart = run("add-access-mode", STREAMING, cart, store.facts).cart
    assert cart is not None
    store.carts["c"] = cart
    return store


def ask(store: MemoryCounter, query: str, cart_id: str | None = "c", **body: Any) -> tuple[int, Any]:
    return store.call("graphql", None, {"query": query, **body}, cart_id)


def refused(store: MemoryCounter, query: object, **body: Any) -> tuple[int, str, str]:
    """Status, code and the first message of a request that is not executed."""
    status, answer = store.call("graphql", None, {"query": query, **body}, "c")
    assert set(answer) == {"errors"}
    assert all(each["extensions"]["code"] == "BAD_USER_INPUT" for each in answer["errors"])
    return status, answer["errors"][0]["extensions"]["errorCode"], answer["errors"][0]["message"]


def test_aliases_fragments_type_names_and_directives(store: MemoryCounter) -> None:
    query = """
      query Both($no: Boolean!) {
        first: cart { __typename ...Sum content { items { accessMode { __typename ...Mode } } } }
        ... on Query { second: cart { totalPriceWithoutTax @include(if: $no) ...Sum } }
        cart @skip(if: true) { totalPrice }
      }
      fragment Sum on Cart { sum: totalPrice }
      fragment Mode on AccessMode { id price: priceFormat ... on TVODAccessMode { duration } }
    """
    mode = {"__typename": "TVODAccessMode", "id": "2", "price": "3,50\u00a0€", "duration": 31}
    content = {"items": [{"accessMode": mode}]}
    assert ask(store, query, variables={"no": False}) == (
        200,
        {"data": {"first": {"__typename": "Cart", "sum": 3.5, "content": content}, "second": {"sum": 3.5}}},
    )


def test_variables_are_coerced_and_ids_may_be_numbers(store: MemoryCounter) -> None:
    query = """
      mutation Add($film: ID!, $mode: ID! = 1) {
        addProductToCart(product: $film, accessMode: $mode) { content { pagination { total } } }
      }
    """
    status, answer = ask(store, query, variables={"film": 1})
    assert (status, answer) == (200, {"data": {"addProductToCart": {"content": {"pagination": {"total": 2}}}}})
    status, code, message = refused(store, query, variables={"film": {"id": 1}})
    assert (status, code) == (400, "invalid")
    assert message.startswith("Variable '$film' has invalid value")
    assert refused(store, query)[:2] == (400, "invalid")


@pytest.mark.parametrize(
    "query",
    [
        "query ($it: Boolean = true) { cart @include(if: $it) { totalPrice } }",
        "query ($it: Boolean = false) { cart { ...Sum } } fragment Sum on Cart { totalPrice @skip(if: $it) }",
        "query ($it: ID = 1) { cms { products(includeIds: [$it]) { items { id } } } }",
        "mutation ($it: ID = 1) { addProductToCart(product: $it, accessMode: 3) { totalPrice } }",
        "mutation ($it: Boolean = true) { resetCart { totalPrice @include(if: $it) } }",
    ],
)
def test_null_is_no_value_of_a_variable_that_stands_where_null_can_t_be(store: MemoryCounter, query: str) -> None:
    status, code, message = refused(store, query, variables={"it": None})
    assert (status, code) == (400, "invalid")
    assert message.startswith("Variable '$it' of type ")
    assert "errors" not in ask(store, query)[1]


def test_the_operation_is_named_if_there_are_several(store: MemoryCounter) -> None:
    query = "query A { cart { a: totalPrice } } query B { cart { b: totalPrice } }"
    assert ask(store, query, operationName="B") == (200, {"data": {"cart": {"b": 3.5}}})
    assert refused(store, query) == (
        400, "invalid", "The document has several operations: operationName must name one."
    )  # fmt: skip
    assert refused(store, query, operationName="C")[:2] == (400, "invalid")


def test_introspection_needs_no_cart(store: MemoryCounter) -> None:
    status, answer = ask(store, get_introspection_query(), None)
    types = {each["name"]: each for each in answer["data"]["__schema"]["types"]}
    assert status == 200
    assert {each["name"] for each in types["Mutation"]["fields"]} == {
        "addProductToCart", "removeProductFromCart", "resetCart", "addCartVoucher"
    }  # fmt: skip
    assert types["Float"]["kind"] == "SCALAR"
    assert {each["name"] for each in types["ProductExtension"]["possibleTypes"]} == {"ProductTVOD", "ProductSVOD"}
    assert ask(store, "{ __typename }", None) == (200, {"data": {"__typename": "Query"}})
    assert plan(_call("{ __schema { types { name } } }")).steps == ()
    assert plan(_call("mutation { resetCart @skip(if: true) { totalPrice } }")).steps == ()


def _call(query: str) -> Call:
    return Call("acme", "graphql", "m-1", "c", None, {"query": query})


def test_errors_of_execution_say_where_and_which(store: MemoryCounter) -> None:
    status, answer = ask(store, 'mutation {\n  voucher: addCartVoucher(code: "NONE") { totalPrice }\n}')
    [error] = answer["errors"]
    assert (status, answer["data"]) == (200, None)
    assert (error["path"], error["locations"]) == (["voucher"], [{"line": 2, "column": 3}])
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "errorCode": "voucher-unknown"}
    unknown = ask(store, "{ cart { totalPrice } }", "nobody")[1]
    assert unknown["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "errorCode": "cart-not-found"}
    strange = ask(store, 'mutation { addCartVoucher(code: "") { totalPrice } }')[1]["errors"][0]
    assert (strange["extensions"]["errorCode"], strange["path"]) == ("invalid", ["addCartVoucher"])


def lasting(duration: str) -> dict[str, Any]:
    """The access mode 2 of the film with another duration."""
    known = next(each for each in FACTS["prices"] if each["id"] == "b-streaming-eur")
    return {**known, "characteristics": {**known["characteristics"], "duration": duration}}


@pytest.mark.parametrize("duration", ["48h", "2147483648", "9" * 2000, "1.5", "", "soon"])
def test_what_is_no_number_in_the_catalog_is_an_error_of_its_field(store: MemoryCounter, duration: str) -> None:
    store.facts = store.facts.with_rows(CatalogRows.of({"prices": [lasting(duration)]}), 2)
    mode = "accessModes { id ... on TVODAccessMode { duration } }"
    query = "{ cms { products(includeIds: [1]) { items { name extension { ... on ProductTVOD { " + mode + " } } } } } }"
    status, answer = ask(store, query)
    [product] = answer["data"]["cms"]["products"]["items"]
    durations = {each["id"]: each["duration"] for each in product["extension"]["accessModes"]}
    assert (status, product["name"]) == (200, "The line")
    assert durations == {"64": None, "2": None, "3": 31, "1": 31}
    [error] = answer["errors"]
    assert error["path"] == ["cms", "products", "items", 0, "extension", "accessModes", 1, "duration"]
    assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "errorCode": "internal"}


async def test_a_mutation_whose_answer_has_such_a_field_is_applied() -> None:
    shop = memory_counter.MemoryCounter("video-store", {**FACTS, "prices": [*FACTS["prices"], lasting("48h")]})
    await shop.command("create-cart", "c", {"currency": "EUR"})
    line = "accessMode { id ... on TVODAccessMode { duration } }"
    query = "mutation { addProductToCart(product: 1, accessMode: 2) { content { items { " + line + " } } } }"
    reply = await shop.call("graphql", None, {"query": query}, cart_id="c")
    shown = await shop.command("get-cart", "c", {})
    await shop.worker.close()
    items = [{"accessMode": {"id": "2", "duration": None}}]
    assert (reply.http_status, reply.body["data"]) == (200, {"addProductToCart": {"content": {"items": items}}})
    assert [each["message"] for each in reply.body["errors"]] == ["Int cannot represent non-integer value: '48h'"]
    assert [each["characteristics"]["duration"] for each in shown["cart"]["items"]] == ["48h"]


def test_a_mistake_of_ours_is_no_error_of_a_field() -> None:
    broken = Documents(executable("type Query { a: Int }", {"Query": {"a": lambda _, info: int("one")}}))
    with pytest.raises(ValueError, match="one"):
        execute(Request.read(_call("{ a }"), broken), None)


ROWS = [
    ("{ cart { totalPrice }", 400, "malformed"),
    ("", 400, "malformed"),
    ("{ cart }", 400, "invalid"),
    ("{ cart { nothing } }", 400, "invalid"),
    ("{ cart { totalPrice } } mutation { resetCart { totalPrice } }", 400, "invalid"),
    ("subscription { cart { totalPrice } }", 400, "invalid"),
    ("mutation { a: resetCart { totalPrice } b: resetCart { totalPrice } }", 400, "invalid"),
    ("mutation { ...M b: resetCart {__typename} } fragment M on Mutation { resetCart {__typename} }", 400, "invalid"),
    ("{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }", 400, "invalid"),
    ("{ ...F } fragment F on Query { cart { ...F } }", 400, "invalid"),
    ("{ cart { totalPrice } } # " + "x" * MAX_BYTES, 400, "too-large"),
    ("{ cart { totalPrice } } # " + "é" * (MAX_BYTES // 2), 400, "too-large"),
    ("{" + " ".join(f"a{n}: __typename" for n in range(201)) + "}", 400, "too-large"),
    ("{ __schema {" + " ".join(f"a{n}: description" for n in range(300)) + "} }", 400, "too-large"),
    ("{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }", 400, "invalid"),
    ("{ __type(name: \"Cart\") " + "{ ofType " * 15 + "{ name }" + " }" * 15 + " }", 400, "too-large"),
    ("{" + "a " * 5000 + "}", 400, "too-large"),
    (" ".join(f"query Q{n} {{ __typename }}" for n in range(11)), 400, "too-large"),
    ("{" * 5000, 400, "malformed"),
    ("{ cms { products(includeIds: " + "[" * 5000 + "1" + "]" * 5000 + ") { items { id } } } }", 400, "too-large"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "status", "code"), ROWS, ids=[row[0][:50] for row in ROWS])
def test_what_is_refused_before_execution(store: MemoryCounter, query: str, status: int, code: str) -> None:
    assert refused(store, query)[:2] == (status, code)


def test_fragments_are_counted_where_they_are_spread(store: MemoryCounter) -> None:
    bomb = "{ ...F0 } " + " ".join(
        f"fragment F{n} on Query {{ a{n}: __typename ...F{n + 1} ... {{ ...F{n + 1} }} }}" for n in range(40)
    )
    assert refused(store, bomb + " fragment F40 on Query { __typename }")[:2] == (400, "too-large")
    chain = "{ ...F0 } " + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(150))
    assert ask(store, chain + " fragment F150 on Query { __typename }")[0] == 200


def test_two_hundred_fields_fifteen_deep_are_allowed(store: MemoryCounter) -> None:
    assert ask(store, "{" + " ".join(f"a{n}: __typename" for n in range(200)) + "}")[0] == 200
    deep = '{ __type(name: "Cart") ' + "{ ofType " * 13 + "{ name }" + " }" * 13 + " }"
    assert ask(store, deep)[0] == 200


@pytest.mark.parametrize(
    "body",
    [None, [], "query", {}, {"query": None}, {"query": 1}, {"query": "{ __typename }", "variables": []},
     {"query": "{ __typename }", "operationName": 7}, {"query": "{ __typename }", "more": 1}],
)  # fmt: skip
def test_a_body_of_another_form_is_refused(store: MemoryCounter, body: object) -> None:
    status, answer = store.call("graphql", None, body, "c")
    assert status == 400
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "errorCode": "invalid"}
    assert answer["errors"][0]["message"].startswith("/body")


def test_an_answer_holds_no_more_values_than_the_limit(store: MemoryCounter) -> None:
    cart = store.carts["c"]
    many = run("add-items", {"items": [{"offeringId": "3"} for _ in range(1500)]}, cart, store.facts).cart
    assert many is not None
    store.carts["c"] = many
    fields = " ".join(f"a{n}: product {{ id }}" for n in range(40))
    status, answer = ask(store, "{ cart { content { items { " + fields + " } } } }")
    assert (status, answer["data"]) == (200, None)
    assert answer["errors"][0]["extensions"]["errorCode"] == "too-large"
    assert ask(store, "{ cart { content { items { product { id } } } } }")[1].get("errors") is None


def test_amounts_are_written_exactly(store: MemoryCounter) -> None:
    prices = [{**FACTS["prices"][-1], "amount": "1000000000000.07"}]
    store.facts = store.facts.with_rows(CatalogRows.of({"prices": prices}), 2)
    cart = run("add-items", {"items": [{"offeringId": "3"}]}, store.carts["c"], store.facts).cart
    assert cart is not None
    store.carts["c"] = cart
    response = store.response("graphql", None, {"query": "{ cart { totalPrice } }"}, "c")
    assert encoding.encode(response.body) == b'{"data":{"cart":{"totalPrice":1000000000003.57}}}'


ANSWERED = [
    "{ cart { totalPrice content { items { product { id name } } pagination { total } } } }",
    """
    { a: cart { x: totalPrice x: totalPrice } ...Q b: cart { __typename } }
    fragment Q on Query { a: cart { vouchers { code } } }
    """,
    """
    { cart { content { items { accessMode { __typename ...M ... on SVODAccessMode { id } } } } } }
    fragment M on AccessMode { priceFormat ... on TVODAccessMode { type duration } }
    """,
    """
    query ($ids: [ID!] = [1, 2]) { cms { products(includeIds: $ids) { items { ...P } } } }
    fragment P on Product {
      type
      extension { ... on ProductTVOD { accessModes { id } } ... on ProductSVOD { accessModes { id } } }
    }
    """,
]


def executed(store: MemoryCounter, query: str) -> Any:
    offerings = store.outcome("get-offerings", {}, "c").items
    return execute(Request.read(_call(query), DOCUMENTS), Store(store.carts["c"], store.facts, offerings)).body


@pytest.mark.parametrize("query", [*ANSWERED, "{ __schema { types { name } } }"])
def test_what_the_schema_allows_is_answered(store: MemoryCounter, query: str) -> None:
    assert executed(store, query).keys() == {"data"}


def test_what_is_skipped_is_left_out(store: MemoryCounter) -> None:
    body = executed(store, "{ cart { totalPrice @skip(if: true) vouchers @include(if: true) { code } } }")
    assert body == {"data": {"cart": {"vouchers": []}}}


def test_often_used_documents_are_parsed_once_and_long_ones_are_not_kept() -> None:
    query = "{ cart { totalPrice } }"
    assert DOCUMENTS.get(query) is DOCUMENTS.get(query)
    long = query + "#" * REMEMBERED_LENGTH
    assert DOCUMENTS.get(long) is not DOCUMENTS.get(long)
    for number in range(REMEMBERED + 1):
        DOCUMENTS.get(f"{{ cart {{ a{number}: totalPrice }} }}")
    assert DOCUMENTS.remembered == REMEMBERED


def test_a_schema_has_a_resolver_for_each_field_and_no_other() -> None:
    with pytest.raises(KeyError):
        executable(SCHEMA, {})
    with pytest.raises(LookupError):
        executable("type Query { a: Int }", {"Query": {"a": len, "b": len}})
