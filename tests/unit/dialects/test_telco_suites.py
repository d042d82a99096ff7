"""What the calls of the telco dialect's suites mean, and what is wrong with those that mean nothing."""

from decimal import Decimal
from typing import Any

import pytest

from cartwright.wire.refusals import Refusal
from dialects.dialect import Call, Plan
from dialects.telco.dialect import DIALECT
from handlers.registry import commands
from support.memory_counter import MemoryCounter
from support.telco import ROWS

CART = {"id": "c-1"}
ITEM = {**CART, "offerContainerId": "k-1", "cartItemId": "i-1"}
IN_CONTAINER = {"operations": [{"op": "test", "path": "/items/i-1", "value": {"containerId": "k-1"}}]}
FLAT = {"priceType": "Recurring", "recurringChargePeriod": "Monthly", "actionType": "Flat Discount"}


def call(operation: str, parameters: object, body: object = None, cart_key: str | None = "m-1") -> Call:
    return Call("acme", operation, "m-1", cart_key, parameters, body)


def plan(operation: str, parameters: object, body: object = None, cart_key: str | None = "m-1") -> Plan:
    """The plan of a call; every step of it is a command that reads its data."""
    found = DIALECT.operations[operation].plan(call(operation, parameters, body, cart_key))
    for step in found.steps:
        commands()[step.type].envelope.model_validate({"type": step.type, "data": step.data})
    return found


def refused(operation: str, parameters: object, body: object = None) -> list[tuple[str, str]]:
    with pytest.raises(Refusal) as raised:
        DIALECT.operations[operation].plan(call(operation, parameters, body))
    assert raised.value.code == "invalid"
    return [(each.path, each.code) for each in raised.value.problems]


def kept_parties(*parties: dict[str, Any]) -> dict[str, Any]:
    """What is kept of related parties."""
    return {"extensions": {"telco": {"relatedParty": [*parties]}}}


UNNAMED = {"role": None, "name": None}
PLANS: list[tuple[str, object, object, list[tuple[str, Any]]]] = [
    ("do-base-price", CART, None, [("reprice-cart", {})]),
    ("do-base-price", CART, {"id": "c-1", "status": "ACTIVE"}, [("reprice-cart", {})]),
    ("apply-promotion", CART, {"coupon": {"code": "TEN"}}, [("apply-promotion", {"coupon": "TEN"})]),
    ("apply-promotion", {**CART, "promotionId": "p"}, None, [("apply-promotion", {"promotionId": "p"})]),
    (
        "apply-promotion",
        CART,
        {"id": "p", "coupon": {"id": "", "code": "", "coupon": False}},
        [("apply-promotion", {"promotionId": "p"})],
    ),
    ("remove-promotion", {**CART, "promotionId": "p"}, None, [("remove-promotion", {"promotionId": "p"})]),
    (
        "override-price",
        ITEM,
        {**FLAT, "actionValue": Decimal("1.50"), "validFor": {"endDateTime": "", "startDateTime": ""}},
        [
            ("patch-cart", IN_CONTAINER),
            (
                "override-price",
                {"itemId": "i-1", "priceType": "recurring", "period": "P1M", "kind": "flat", "value": "1.5"},
            ),
        ],
    ),
    (
        "override-price",
        {**CART, "cartItemId": "i-1"},
        {
            "priceId": "pp-1",
            "priceType": "",
            "priceSubType": "loyalty",
            "offset": 2,
            "type": "externalPriceOverride",
            "externalId": "x-1",
            "actionType": "Price Override",
            "actionValue": 12,
            "validFor": {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": None},
            "createdBy": "somebody",
        },
        [
            (
                "override-price",
                {
                    "itemId": "i-1",
                    "priceId": "pp-1",
                    "kind": "new-price",
                    "value": "12",
                    "source": "external",
                    "externalId": "x-1",
                    "validFor": {"startDateTime": "2026-01-01T00:00:00Z"},
                    "attributes": {"priceSubType": "loyalty", "offset": "2"},
                },
            )
        ],
    ),
    (
        "override-price",
        {**CART, "cartItemId": "i-1"},
        {
            "priceId": "pp-1",
            "priceSubType": "loyalty",
            "externalId": "x-1",
            "actionType": "List Price",
            "actionValue": 3,
            "validFor": {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": None},
        },
        [("override-price", {"itemId": "i-1", "priceId": "pp-1", "kind": "list-price"})],
    ),
    (
        "add-price-adjustment",
        CART,
        {
            "id": "",
            "type": "giftCard",
            "name": "Birthday",
            "referenceId": "GC-1",
            "amount": 20,
            "details": [{"name": "pin", "value": "12"}, {"name": "", "value": ""}],
        },
        [
            (
                "apply-adjustment",
                {
                    "kind": "gift-card",
                    "reference": "GC-1",
                    "amount": "20",
                    "name": "Birthday",
                    "attributes": {"pin": "12"},
                },
            )
        ],
    ),
    (
        "add-price-adjustment",
        {**CART, "cartItemId": "i-1"},
        {"type": "downPayment", "amount": Decimal("50.00")},
        [("apply-adjustment", {"kind": "down-payment", "amount": "50", "itemId": "i-1"})],
    ),
    (
        "add-price-adjustment",
        ITEM,
        {"type": "downPayment", "amount": Decimal("50.00")},
        [
            ("patch-cart", IN_CONTAINER),
            ("apply-adjustment", {"kind": "down-payment", "amount": "50", "itemId": "i-1"}),
        ],
    ),
    ("remove-price-adjustment", {**CART, "adjustmentId": "a-1"}, None, [("remove-adjustment", {"id": "a-1"})]),
    ("submit-shopping-cart", CART, {"validityToken": "t"}, [("submit-cart", {"token": "t"})]),
    ("submit-amendment", CART, {"validityToken": "t"}, [("submit-amendment", {"token": "t"})]),
    ("start-amendment", CART, None, [("start-amendment", {"amends": "c-1", "fixedItems": []})]),
    (
        "start-amendment",
        CART,
        {
            "offerContainer": [
                {},
                {
                    "cartItem": [
                        {"id": "i-1", "amendmentAllowed": True, "quantity": 1},
                        {"id": "i-2", "amendmentAllowed": False},
                    ]
                },
            ]
        },
        [("start-amendment", {"amends": "c-1", "fixedItems": ["i-2"]})],
    ),
    (
        "add-note",
        {**CART, "offerContainerId": "k-1"},
        {"id": "n-1", "author": "anna", "text": "call", "date": "", "createdBy": "x"},
        [("add-note", {"containerId": "k-1", "note": {"id": "n-1", "author": "anna", "text": "call"}})],
    ),
    (
        "add-note",
        ITEM,
        {"text": "call"},
        [("patch-cart", IN_CONTAINER), ("add-note", {"itemId": "i-1", "note": {"text": "call"}})],
    ),
    (
        "update-note",
        {**CART, "cartItemId": "i-1", "noteId": "n-1"},
        {"author": "", "text": "later"},
        [("update-note", {"itemId": "i-1", "note": {"id": "n-1", "text": "later", "author": None}})],
    ),
    (
        "update-note",
        {**CART, "cartItemId": "i-1"},
        {"id": "n-1", "text": "later"},
        [("update-note", {"itemId": "i-1", "note": {"id": "n-1", "text": "later"}})],
    ),
    (
        "delete-note",
        {**CART, "offerContainerId": "k-1", "noteId": "n-1"},
        None,
        [("remove-note", {"containerId": "k-1", "noteId": "n-1"})],
    ),
    ("save-anonymous-cart", {**CART, "uniqueId": "u-1"}, None, [("save-cart", {"uniqueId": "u-1"})]),
    ("save-anonymous-cart", CART, None, [("save-cart", {})]),
    ("query-anonymous-cart", {"uniqueId": "u-1"}, None, [("get-cart", {})]),
    (
        "claim-anonymous-cart",
        CART,
        {"relatedParty": [{"id": "d-1", "role": "dealer"}, {"id": "u-1", "role": "Customer", "name": "Ada"}]},
        [
            ("claim-cart", {"customer": {"id": "u-1", "userType": "CUSTOMER"}}),
            (
                "update-cart",
                {
                    "relatedParties": [
                        {"id": "d-1", "role": "dealer"},
                        {"id": "u-1", "role": "Customer", "name": "Ada"},
                    ],
                    **kept_parties(
                        {"id": "d-1", "role": "dealer", "name": None}, {"id": "u-1", "role": "Customer", "name": "Ada"}
                    ),
                },
            ),
        ],
    ),
    (
        "claim-anonymous-cart",
        CART,
        {"relatedParty": {"id": "u-1"}},
        [
            ("claim-cart", {"customer": {"id": "u-1", "userType": "CUSTOMER"}}),
            ("update-cart", {"relatedParties": [{"id": "u-1"}], **kept_parties({"id": "u-1", **UNNAMED})}),
        ],
    ),
    ("get-configuration", None, None, [("get-configuration", {})]),
    (
        "update-configuration",
        None,
        {
            "scValidityTime": 5,
            "scExpiryTime": None,
            "priceAdjustmentLimit": [
                {"role": "dealer", "minimumPercentage": Decimal("82.5"), "priceType": ["Onetime"]}
            ],
        },
        [
            (
                "set-configuration",
                {
                    "validityMinutes": 5,
                    "expireAfterMinutes": None,
                    "overrideLimits": [
                        {
                            "role": "dealer",
                            "floor": "82.5",
                            "ceiling": "100",
                            "priceTypes": ["one-time"],
                            "external": False,
                        }
                    ],
                },
            )
        ],
    ),
    ("update-configuration", None, {}, [("set-configuration", {})]),
]


@pytest.mark.parametrize(("operation", "parameters", "body", "steps"), PLANS)
def test_what_calls_mean(operation: str, parameters: object, body: object, steps: list[tuple[str, Any]]) -> None:
    assert [(each.type, each.data) for each in plan(operation, parameters, body).steps] == steps


def test_version_dry_run_and_reason_go_along() -> None:
    found = plan("do-base-price", {**CART, "version": 3, "dryRun": True, "reason": "login"})
    assert (found.cart_id, found.version, found.dry_run, found.reason) == ("c-1", 3, True, "login")
    assert plan("do-base-price", None, cart_key="c-2").cart_id == "c-2"
    assert plan("update-configuration", {"dryRun": True}, {}).dry_run


def test_an_override_needs_no_reason_of_its_own() -> None:
    item = {**CART, "cartItemId": "i-1"}
    body = {**FLAT, "type": "externalPriceOverride", "actionValue": 1}
    assert plan("override-price", item, body).reason == "externalPriceOverride"
    assert plan("override-price", {**item, "reason": "loyal"}, body).reason == "loyal"


def test_an_amendment_is_a_cart_of_its_own() -> None:
    assert plan("start-amendment", CART).cart_id is None
    assert plan("start-amendment", CART, cart_key="c-1").cart_id is None
    assert plan("start-amendment", CART, cart_key="c-9").cart_id == "c-9"


def test_anonymous_carts_are_found_by_their_unique_id() -> None:
    assert plan("query-anonymous-cart", {"uniqueId": "u-1"}).key == ("uniqueId", "u-1")
    claim = plan("claim-anonymous-cart", {"uniqueId": "u-1", "version": 2}, {"relatedParty": {"id": "u-1"}})
    assert (claim.key, claim.cart_id, claim.version) == (("uniqueId", "u-1"), None, 2)


async def test_a_customer_s_cart_is_refused_to_whoever_has_only_its_unique_id() -> None:
    telco = MemoryCounter("telco", ROWS)
    body = {"uniqueId": "u-1", "relatedParty": [{"id": "p-1", "role": "customer"}]}
    await telco.call("create-shopping-cart", {"id": "c-1"}, body)
    hidden = await telco.call("query-anonymous-cart", {"uniqueId": "u-1"})
    await telco.worker.close()
    assert (hidden.http_status, hidden.body["errorCode"]) == (403, "forbidden")
    assert (hidden.type, hidden.headers.get("status")) == ("command-refused", None)


@pytest.mark.parametrize(
    ("operation", "parameters", "body", "problems"),
    [
        ("apply-promotion", CART, {"coupon": {"code": ""}}, [("/body/coupon/code", "missing")]),
        ("apply-promotion", CART, {"coupon": "TEN"}, [("/body/coupon", "wrong-type")]),
        ("remove-promotion", CART, None, [("/parameters/promotionId", "missing")]),
        ("override-price", CART, {**FLAT, "actionValue": 1}, [("/parameters/cartItemId", "missing")]),
        ("override-price", ITEM, FLAT, [("/body/actionValue", "missing")]),
        ("override-price", ITEM, {**FLAT, "actionValue": "1"}, [("/body/actionValue", "wrong-type")]),
        ("override-price", ITEM, {"actionType": "Gift", "actionValue": 1}, [("/body/actionType", "not-allowed")]),
        ("override-price", ITEM, None, [("/body/actionType", "missing")]),
        ("add-price-adjustment", CART, {"type": "giftCard"}, [("/body/amount", "missing")]),
        ("add-price-adjustment", CART, {"type": "cash", "amount": 1}, [("/body/type", "not-allowed")]),
        ("remove-price-adjustment", CART, None, [("/parameters/adjustmentId", "missing")]),
        ("submit-shopping-cart", CART, None, [("/body/validityToken", "missing")]),
        ("submit-amendment", CART, {"validityToken": 1}, [("/body/validityToken", "wrong-type")]),
        ("start-amendment", None, None, [("/parameters/id", "missing")]),
        ("add-note", CART, {"text": "call"}, [("/parameters/offerContainerId", "missing")]),
        ("add-note", ITEM, {"author": "anna"}, [("/body/text", "missing")]),
        ("update-note", ITEM, {"text": "call"}, [("/parameters/noteId", "missing")]),
        ("delete-note", ITEM, None, [("/parameters/noteId", "missing")]),
        ("save-anonymous-cart", {"uniqueId": "u-1"}, None, [("/parameters/id", "missing")]),
        ("query-anonymous-cart", CART, None, [("/parameters/uniqueId", "missing")]),
        ("claim-anonymous-cart", CART, None, [("/body/relatedParty", "missing")]),
        ("claim-anonymous-cart", CART, {"relatedParty": []}, [("/body/relatedParty", "too-few")]),
        ("claim-anonymous-cart", CART, {"relatedParty": {"role": "customer"}}, [("/body/relatedParty", "missing")]),
        (
            "claim-anonymous-cart",
            CART,
            {"relatedParty": [{"id": "a"}, {"id": "b"}]},
            [("/body/relatedParty", "missing")],
        ),
        ("update-configuration", None, {"scValidityTime": 0}, [("/body/scValidityTime", "out-of-range")]),
        ("update-configuration", None, {"color": "red"}, [("/body/color", "unknown-field")]),
        ("get-configuration", {"color": "red"}, None, [("/parameters/color", "unknown-field")]),
        ("simulate-price", None, {"offerContainer": {}}, [("/body/offerContainer", "wrong-type")]),
    ],
)
def test_what_is_wrong_with_a_call(
    operation: str, parameters: object, body: object, problems: list[tuple[str, str]]
) -> None:
    assert refused(operation, parameters, body) == problems
