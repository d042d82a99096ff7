"""The sales journey's dialect on carts in memory: every sample of the document, both REST forms, GraphQL."""

from dataclasses import replace
from typing import Any

import pytest

from dialects.dialect import Call
from dialects.sales_journey.dialect import DIALECT
from dialects.sales_journey.graphql_query import plan
from dialects.sales_journey.journeys import by_journey
from dialects.sales_journey.rest import update
from facts.snapshot import CatalogRows, Facts
from support.counters import MemoryCounter
from support.pricing import price_row
from support.samples import sample, shape

OFFERS = ("EPO-90-200008", "EPO-90-200009")
FACTS = {"offerings": [{"id": name} for name in OFFERS], "prices": [price_row(name, "9.90") for name in OFFERS]}
JOURNEY = {"salesJourneyId": "32423423"}
ACCOUNT = {
    "partnerId": "xglobal", "serviceAccountNumber": "8155 100".replace(" ", ""),
    "salesJourneyId": "e6bd4244-aeed-488a-98ff-2c749676d1cc",
}  # fmt: skip


@pytest.fixture
def desk() -> MemoryCounter:
    facts = Facts().with_rows(CatalogRows.of(FACTS), 1)
    return MemoryCounter(DIALECT, facts, defaults={"currency": "EUR", "country": "FR"})


def line(action: str, offer: str = OFFERS[0], quantity: int = 1) -> dict[str, Any]:
    return {"itemType": "ADDON", "catalogId": offer, "actionType": action, "quantity": quantity}


def shown(desk: MemoryCounter) -> list[tuple[str, int]]:
    [cart] = desk.carts.values()
    return [(item.offering_id or "", item.quantity) for item in cart.items]


def test_the_first_update_opens_the_cart_and_answers_as_the_sample_does(desk: MemoryCounter) -> None:
    given = sample("sales-journey", "update-cart")
    status, body = desk.call("update-cart", JOURNEY, given["request"])
    assert (status, shape(body)) == (201, shape(given["response"]))
    [item], wanted = body["cart"]["cartItems"], given["response"]["cart"]["cartItems"][0]
    assert body["salesJourneyId"] == given["response"]["salesJourneyId"]
    assert {**item, "purchasedOfferId": "xxxx"} == wanted
    [cart] = desk.carts.values()
    assert (cart.header.keys, item["purchasedOfferId"]) == (JOURNEY, cart.items[0].id)
    assert cart.items[0].extensions == {"sales-journey": '{"itemType":"ADDON"}'}
    assert desk.call("update-cart", JOURNEY, [line("ADD", OFFERS[1])])[0] == 200
    assert desk.call("retrieve-cart", JOURNEY, given["request"])[0] == 200


def test_the_second_form_keeps_partner_and_account_as_keys(desk: MemoryCounter) -> None:
    given = sample("sales-journey", "update-cart-v2")
    assert desk.call("update-cart-v2", ACCOUNT, given["request"]) == (201, given["response"])
    [cart] = desk.carts.values()
    assert (cart.header.keys, cart.tenant) == (ACCOUNT, "acme")
    assert desk.call("retrieve-cart-v2", ACCOUNT) == (200, given["response"])
    assert desk.call("retrieve-cart", {"salesJourneyId": ACCOUNT["salesJourneyId"]})[0] == 200


def test_offers_are_added_and_removed_in_order(desk: MemoryCounter) -> None:
    both = [line("ADD", quantity=3), line("ADD", OFFERS[1]), line("REMOVE")]
    desk.call("update-cart", JOURNEY, both)
    assert shown(desk) == [(OFFERS[1], 1)]
    desk.call("update-cart", JOURNEY, [line("REMOVE", OFFERS[1]), line("ADD", quantity=2), line("ADD", OFFERS[1])])
    assert shown(desk) == [(OFFERS[0], 2), (OFFERS[1], 1)]
    steps = update(Call("acme", "update-cart", "m", "m", JOURNEY, both)).steps
    assert [step.type for step in steps] == ["add-items", "remove-offerings"]
    assert steps[1].places["/offerings/0/offeringId"] == "/body/2/catalogId"


def test_what_only_responses_have_is_accepted_and_not_believed(desk: MemoryCounter) -> None:
    given = {**line("ADD", quantity=3), "status": "MINE", "purchasedOfferId": "mine", "action": "REMOVE"}
    status, body = desk.call("update-cart", JOURNEY, [given])
    [item] = body["cart"]["cartItems"]
    assert (status, item["status"], item["action"]) == (201, "NEW", "ADD")
    assert item["purchasedOfferId"] != "mine"


def test_what_is_not_there_is_refused_in_the_documents_shape(desk: MemoryCounter) -> None:
    wanted = sample("sales-journey", "error")["response"]
    for operation, parameters, body, status, code in [
        ("retrieve-cart", JOURNEY, None, 404, "cart-not-found"),
        ("retrieve-cart-v2", ACCOUNT, None, 404, "cart-not-found"),
        ("update-cart", JOURNEY, [line("REMOVE")], 404, "item-not-found"),
        ("update-cart-v2", ACCOUNT, [{"offerCode": "none", "action": "ADD"}], 400, "offering-not-found"),
        ("update-cart", {}, [line("ADD")], 400, "invalid"),
        ("update-cart", JOURNEY, [line("CHANGE")], 400, "invalid"),
        ("update-cart", JOURNEY, [line("ADD", quantity=0)], 400, "invalid"),
        ("update-cart", JOURNEY, [], 400, "invalid"),
        ("update-cart", JOURNEY, [{"offerCode": OFFERS[0], "action": "ADD"}], 400, "invalid"),
        ("update-cart-v2", JOURNEY, [{"offerCode": OFFERS[0], "action": "ADD"}], 400, "invalid"),
    ]:
        answered, error = desk.call(operation, parameters, body)
        assert (answered, error["errorCode"], error["severity"]) == (status, code, "ERROR")
        assert shape(error) == shape(wanted)
    assert desk.carts == {}


def test_a_read_takes_any_empty_body_and_checks_any_other(desk: MemoryCounter) -> None:
    assert desk.call("update-cart", JOURNEY, [line("ADD")])[0] == 201
    assert desk.call("update-cart-v2", ACCOUNT, [{"offerCode": OFFERS[0], "action": "ADD"}])[0] == 201
    for operation, parameters in (("retrieve-cart", JOURNEY), ("retrieve-cart-v2", ACCOUNT)):
        wanted = desk.call(operation, parameters, None)
        assert wanted[0] == 200
        assert [desk.call(operation, parameters, body) for body in ([], {})] == [wanted, wanted]
        assert desk.call(operation, parameters, [{}])[0] == 400
        assert desk.call(operation, parameters, {"offers": []})[0] == 400


def test_an_error_names_every_problem(desk: MemoryCounter) -> None:
    _, error = desk.call("update-cart", {"version": -1}, [line("CHANGE"), {**line("ADD"), "price": 3}])
    places = ("/parameters/version", "/parameters/salesJourneyId", "/body/0/actionType", "/body/1/price")
    assert all(place in error["errorMessage"] for place in places)


def test_graphql_answers_as_the_sample_does(desk: MemoryCounter) -> None:
    given = sample("sales-journey", "graphql")
    desk.call("update-cart", JOURNEY, sample("sales-journey", "update-cart")["request"])
    [cart] = desk.carts.values()
    desk.carts[cart.id] = replace(cart, items=(replace(cart.items[0], product_id="xxxx"),))
    assert desk.call("graphql", None, given["request"]) == (200, {"data": {"sales": given["response"]}})


def test_an_unknown_journey_has_no_cart(desk: MemoryCounter) -> None:
    query = """
      { sales(salesJourneyId: "none") { salesJourneyId cart { ...Items } } none: sales { cart { ...Items } } }
      fragment Items on Cart { cartItems { status } }
    """
    sales = {"salesJourneyId": "none", "cart": None}
    assert desk.call("graphql", None, {"query": query}) == (200, {"data": {"sales": sales, "none": {"cart": None}}})


def test_one_query_reads_the_carts_of_several_journeys(desk: MemoryCounter) -> None:
    desk.call("update-cart", JOURNEY, [line("ADD")])
    desk.call("update-cart", {"salesJourneyId": "2"}, [line("ADD", OFFERS[1])])
    query = """
      query ($one: String, $two: String) {
        a: sales(salesJourneyId: $one) { cart { cartItems { catalogId } } }
        b: sales(salesJourneyId: $two) { cart { cartItems { catalogId } } }
        c: sales(salesJourneyId: "3") { cart { cartItems { catalogId } } }
      }
    """
    variables = {"one": "32423423", "two": "2"}
    carts = {"a": [{"catalogId": OFFERS[0]}], "b": [{"catalogId": OFFERS[1]}]}
    wanted = {name: {"cart": {"cartItems": items}} for name, items in carts.items()} | {"c": {"cart": None}}
    assert desk.call("graphql", None, {"query": query, "variables": variables}) == (200, {"data": wanted})
    [step] = plan(Call("acme", "graphql", None, None, None, {"query": query, "variables": variables})).steps
    assert step.data["where"] == 'keys.salesJourneyId in ("2", "3", "32423423")'


def test_of_several_carts_of_a_journey_the_one_under_way_counts(desk: MemoryCounter) -> None:
    desk.call("update-cart", JOURNEY, [line("ADD")])
    [cart] = desk.carts.values()
    others = [replace(cart, id="s", status="submitted"), cart, replace(cart, id="e", status="expired")]
    assert by_journey(others)["32423423"].id == cart.id
    assert by_journey(others[::2])["32423423"].id == "s"


def test_a_query_changes_nothing_and_names_no_more_than_one_kind(desk: MemoryCounter) -> None:
    status, answer = desk.call("graphql", None, {"query": "mutation { sales { cart { cartItems { status } } } }"})
    assert (status, answer["errors"][0]["extensions"]["errorCode"]) == (400, "invalid")
