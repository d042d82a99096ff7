"""Document 001's own rules, without a worker: what is kept and shown, catalogs under ids of their own, filters."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cartwright.wire.lines import DETAIL_NAMES
from cartwright.wire.refusals import Refusal
from dialects.currencies import currency_of
from dialects.dialect import Call, Plan
from dialects.subscription_shop.carts import cart_body
from dialects.subscription_shop.catalogs import catalog_id
from dialects.subscription_shop.dialect import DIALECT, OPERATIONS
from dialects.subscription_shop.names import CART_NAMES, HEADER, INPUT_NAMES, KEPT
from dialects.subscription_shop.requests import CartInput, ProductInput
from dialects.subscription_shop.searches import FIELDS
from facts.snapshot import Facts
from models.answers.encoding import encode
from queries.parsing import read_filter
from support.memory_counter import MemoryCounter
from support.pricing import document, price_row, promotion, rows, run
from support.subscription_shop import checkout, exact, item, sample, update

OWN = {"consentFlags", "enduserId", "flags", "Subscription Id", "wantedProducts"}


def planned(operation: str, body: Any = None, message_id: str = "m-1", **parameters: Any) -> Plan:
    return OPERATIONS[operation].plan(Call("acme", operation, message_id, None, parameters, exact(body)))


def refused(operation: str, body: Any = None, **parameters: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refusal) as found:
        planned(operation, body, **parameters)
    return [(each.path, each.code) for each in found.value.problems]


def test_the_operations_are_those_of_the_document() -> None:
    assert len(DIALECT.operations) == 11


def test_requests_and_responses_have_the_names_of_the_samples() -> None:
    asked = [field.alias or name for name, field in CartInput.model_fields.items()]
    assert sorted(asked) == sorted({*sample("create-item"), "checkoutUrl"})
    assert sorted(field.alias or name for name, field in ProductInput.model_fields.items()) == sorted(
        sample("update-products")
    )
    assert sorted(CART_NAMES) == sorted(sample("cart"))
    assert sorted(INPUT_NAMES) == sorted(sample("update-products"))


def test_every_field_of_a_request_has_one_home() -> None:
    asked = sorted(field.alias or name for name, field in CartInput.model_fields.items())
    assert sorted([*HEADER, *KEPT, *OWN]) == asked
    assert set(INPUT_NAMES) - DETAIL_NAMES == {"id", "quantity", "parentId"}


@pytest.mark.parametrize(
    ("country", "forced", "currency"),
    [("FR", None, "EUR"), ("US", None, "USD"), ("JP", "EUR", "JPY"), ("AQ", "EUR", "EUR"), ("AQ", None, None)],
)
def test_the_currency_is_the_forced_one_else_the_country_s_else_the_tenant_s(
    country: str, forced: str | None, currency: str | None
) -> None:
    [step] = planned("create-item", item(country=country, forcedCurrency=forced)).steps
    assert (step.data.get("currency"), step.data.get("forcedCurrency")) == (currency, forced)


def test_a_country_pays_in_the_currency_of_the_day() -> None:
    assert currency_of("HR", date(2022, 12, 31)) is None  # its kuna is no currency to pay in any more
    assert currency_of("HR", date(2023, 2, 1)) == "EUR"


def test_what_only_responses_have_is_accepted_and_not_believed() -> None:
    body = {**item("plan"), "dbVersion": "no number", "totalAmount": 0, "id": "mine"}
    assert planned("create-item", body).steps == planned("create-item", item("plan")).steps
    assert refused("create-item", {**item("plan"), "colour": "red"}) == [("/body/colour", "unknown-field")]


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("create-subscription-offer", {"subscriptionId": "s-1"}),
        ("create-mid-term-upgrade", {"subscriptionId": "s-1", "wantedProduct": {"id": "plan"}}),
    ],
)
def test_so_is_what_only_responses_of_offers_and_upgrades_have(operation: str, body: dict[str, Any]) -> None:
    given = {**body, "customerId": "mine", "totalAmount": 0, "warnings": None}
    assert planned(operation, given).steps == planned(operation, body).steps
    assert refused(operation, {**body, "colour": "red"}) == [("/body/colour", "unknown-field")]


def test_a_product_hangs_on_the_other_line_that_its_parent_is() -> None:
    wanted = [
        {"id": "box"},
        {"id": "key", "parentId": "box"},
        {"id": "own", "parentId": "own"},
        {"id": "x", "parentId": "y"},
    ]
    [step] = planned("create-item", item(wantedProducts=wanted)).steps
    assert [(each["id"], each.get("parentId")) for each in step.data["items"]] == [
        ("i-1", None),
        ("i-2", "i-1"),
        ("i-3", None),
        ("i-4", None),
    ]
    [changed] = planned("update-products", update("plan"), id="c-1").steps[0].data["products"]
    assert "parentId" not in changed
    assert changed["extensions"]["subscription-shop"]["parentId"] == sample("update-products")["parentId"]


@pytest.mark.parametrize(
    ("plan", "counts"),
    [
        ({}, {}),
        ({"percent": 10, "periods": 3}, {"percent": "10", "periods": 3}),
        ({"percent": Decimal("12.50"), "tier": 1}, {"percent": "12.50"}),
        ({"name": "Loyal", "percent": "5"}, {"name": "Loyal", "percent": "5"}),
    ],
)
def test_of_a_discount_plan_counts_what_lines_have(plan: dict[str, Any], counts: dict[str, Any]) -> None:
    [changed] = planned("update-products", update("plan", discountPlan=plan), id="c-1").steps[0].data["products"]
    assert changed["discountPlan"] == counts
    assert changed["extensions"]["subscription-shop"]["discountPlan"] == plan


@pytest.mark.parametrize("plan", [{"percent": 101}, {"percent": True}, {"percent": {}}, {"periods": 0}, {"id": 7}])
def test_a_discount_plan_that_makes_no_sense_is_refused(plan: dict[str, Any]) -> None:
    [(path, _)] = refused("create-item", item(wantedProducts=[update("plan", discountPlan=plan)]))
    assert path == f"/body/wantedProducts/0/discountPlan/{next(iter(plan))}"


@pytest.mark.parametrize(
    ("parameters", "canonical"), [({"seats": "5"}, True), ({"seats": 5}, False), ({"": "5"}, False)]
)
def test_texts_are_price_function_parameters_of_the_line_anything_else_is_kept(
    parameters: dict[str, Any], canonical: bool
) -> None:
    sent = update("plan", priceFunctionParameters=parameters)
    [changed] = planned("update-products", sent, id="c-1").steps[0].data["products"]
    assert changed["priceFunctionParameters"] == (parameters if canonical else None)
    assert changed["extensions"]["subscription-shop"]["priceFunctionParameters"] == (None if canonical else parameters)


async def test_the_price_function_parameters_that_were_sent_last_are_those_of_the_line() -> None:
    shop = MemoryCounter("subscription-shop", {"offerings": [{"id": "plan"}], "prices": [price_row("plan", "10.00")]})
    made = {"country": "FR", "locale": "fr-FR", "storeId": "s-1"}
    first = {"id": "plan", "priceFunctionParameters": {"seats": "5"}}
    answers = [await shop.call("create-item", None, {**made, "wantedProducts": [first]}, cart_id="c-1")]
    for parameters in ({"seats": 6}, {"seats": "7"}, {}, {"seats": 8}):
        body = {"id": "plan", "priceFunctionParameters": parameters}
        answers.append(await shop.call("update-products", {"id": "c-1"}, body))
    await shop.worker.close()
    shown = [each.body["wantedProducts"][0]["priceFunctionParameters"] for each in answers]
    assert shown == [{"seats": "5"}, {"seats": 6}, {"seats": "7"}, {}, {"seats": 8}]


def test_a_catalog_gets_ids_of_its_own_and_references_follow() -> None:
    plan = planned("create-checkout", checkout("box", "plan"))
    own = catalog_id("acme", "m-1")
    assert own != catalog_id("acme", "m-2")
    rows = {step.type: next(iter(step.data.values())) for step in plan.catalog}
    assert list(rows) == ["upsert-taxes", "upsert-offerings", "upsert-prices"]
    assert [(each["id"], each["category"]) for each in rows["upsert-taxes"]] == [(f"{own}-fr", f"{own}-standard")]
    box, key = rows["upsert-offerings"]
    assert (box["id"], key["id"], box["taxCategory"]) == (f"{own}-box", f"{own}-key", f"{own}-standard")
    assert box["bundle"] == [{"offeringId": f"{own}-key", "default": 1}]
    assert [(each["id"], each["offeringId"]) for each in rows["upsert-prices"]] == [
        (f"{own}-p-box", f"{own}-box"),
        (f"{own}-p-key", f"{own}-key"),
    ]
    [step] = plan.steps
    assert [each["offeringId"] for each in step.data["items"]] == [f"{own}-box", "plan"]
    assert step.data["catalogId"] == own


def test_a_tax_category_without_a_tax_of_the_catalog_is_the_tenant_s() -> None:
    plan = planned("create-checkout", checkout("box", taxes=[]))
    offerings = next(step.data["offerings"] for step in plan.catalog if step.type == "upsert-offerings")
    assert {each["taxCategory"] for each in offerings} == {"standard"}
    assert [step.type for step in plan.catalog] == ["upsert-offerings", "upsert-prices"]


@pytest.mark.parametrize("rows", [[7], [{"id": 7}], [{"id": "a", "bundle": 7}], [{"id": "a", "bundle": [7]}], [None]])
def test_rows_that_are_none_are_left_to_the_catalog_commands(rows: list[Any]) -> None:
    plan = planned("create-checkout", checkout("plan", offerings=rows, prices=[], taxes=rows))
    assert [step.type for step in plan.catalog] == ["upsert-taxes", "upsert-offerings"]


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_every_field_of_a_predicate_is_one_that_carts_are_found_by(name: str) -> None:
    value = {"dbVersion": 1, "createDate": "2026-01-01T00:00:00Z", "updateDate": "2026-01-01T00:00:00Z"}.get(name, "1")
    predicate = {"currency": "EUR", name: "EUR" if name == "currency" else value}
    [step] = planned("get-items", predicate=predicate).steps
    assert read_filter(step.data["where"]) is not None
    assert name.partition(".")[0] in CART_NAMES


def test_a_predicate_is_a_text_that_no_value_gets_out_of() -> None:
    [step] = planned("get-items", predicate={"country": '" or id exists or country = "'}).steps
    assert step.data["where"] == 'id exists and country = "\\" or id exists or country = \\""'


def test_every_name_of_the_response_is_filled_from_the_cart() -> None:
    phone = {**price_row("phone", "100.00"), "taxIncluded": False}
    shop = document({"phone": 1, "plan": 2}, [phone, price_row("plan", "10.00", period="P1M")])
    shop["facts"]["vouchers"] = [{"code": "HALF", "name": "Half", "reductionPercent": "50"}]
    shop["facts"]["promotions"] = [
        promotion("ten", {"kind": "percent", "value": "10"}, level="cart"),
        promotion("asked", {"kind": "percent", "value": "1"}, automatic=False),
    ]
    terms = {"currency": "EUR", "smallestPart": "10.00", "largestPart": "90.50", "mostParts": 3}
    shop["facts"]["configuration"] = [{"installments": [terms]}]
    facts = Facts().with_rows(rows(shop), 1)
    data = {name: value for name, value in shop.items() if name != "facts"}
    cart = run("create-cart", {**data, "paymentParts": 2, "customer": {"id": "u-1"}}, None, facts).cart
    assert cart is not None
    cart = run("schedule-suppression", {"at": "2030-01-01T00:00:00Z"}, cart, facts, reason="later").cart
    assert cart is not None
    cart = run("add-voucher", {"code": "HALF"}, cart, facts).cart
    assert cart is not None
    shown = json.loads(encode(cart_body(cart, facts)))
    # 120.00 and 20.00, a tenth off, then half of it.
    assert (shown["totalAmount"], shown["vouchersTotalAmount"]) == (63, 54)
    assert shown["vouchers"] == [{"code": "HALF", "name": "Half", "applied": True, "reason": None, "amount": 54}]
    assert shown["discountsStatus"] == [{"id": "ten", "applied": True, "reason": None}]
    assert shown["installments"] == [
        {"dueDate": "2026-03-04", "amount": 31.5},
        {"dueDate": "2026-04-04", "amount": 31.5},
    ]
    assert [shown[f"{which}PartialPaymentAmount"] for which in ("min", "max")] == [10, 90.5]
    assert (shown["maxPaymentsParts"], shown["scheduledSuppressionDate"]) == (3, "2030-01-01T00:00:00Z")
    assert (shown["notReadyForOrderCauseMessage"], shown["lastUpdateReason"]) == (None, None)
    assert (shown["products"][1]["prices"][0]["period"], shown["customerId"]) == ("P1M", "u-1")
    emptied = run("empty-cart", {}, cart, facts).cart
    assert emptied is not None
    assert cart_body(emptied, facts)["notReadyForOrderCauseMessage"] == "The cart has no items."
