"""What `patch-cart` refuses, and where it says that it is wrong."""

from collections.abc import Iterable
from typing import Any

import pytest

from support.patching import operation, patch, patchable_cart
from support.shop import Shop, error_code, problems


@pytest.fixture
async def cart(shop: Shop) -> str:
    return await patchable_cart(shop)


@pytest.mark.parametrize(
    ("op", "path"),
    [
        ("add", "/items/i-1"),
        ("patch", "/items"),
        ("delete", "/items/i-1/quantity"),
        ("delete", "/items/i-1/action"),
        ("patch", "/items/i-1/characteristics/color"),
        ("replace", "/items/i-1/offeringId"),
        ("replace", "/items/i-1/prices/pp-plan"),
        ("replace", "/items/i-1/characteristics"),
        ("add", "/items/-"),
        ("add", "/attributes"),
        ("replace", "/currency"),
        ("replace", "/version"),
        ("replace", "/tenant"),
        ("replace", "/_id"),
        ("replace", "/__class__"),
        ("delete", "/totals"),
        ("delete", "/contacts"),
        ("delete", ""),
        ("delete", "/"),
        ("delete", "items/i-1"),
        ("delete", "/items/i-1/"),
        ("delete", "/items/i-1/notes/n-1/text"),
        ("delete", "/keys/externalId"),
    ],
)
async def test_any_other_path_or_an_op_that_its_row_does_not_have_is_not_patchable(
    shop: Shop, cart: str, op: str, path: str
) -> None:
    reply = await patch(shop, cart, operation(op, path, {"id": "x"} if op == "add" else "x"))
    assert (error_code(reply), problems(reply)) == ("invalid", [("/data/operations/0", "path-not-patchable")])


@pytest.mark.parametrize(
    ("op", "path", "code", "problem"),
    [
        ("delete", "/items/i-9", "item-not-found", "item-not-found"),
        ("delete", "/items/0", "item-not-found", "item-not-found"),
        ("delete", "/items/99999999", "item-not-found", "item-not-found"),
        ("delete", "/items/", "item-not-found", "item-not-found"),
        ("replace", "/items/i-9/quantity", "item-not-found", "item-not-found"),
        ("test", "/items/i-9/characteristics/color", "item-not-found", "item-not-found"),
        ("add", "/items/i-9/notes", "item-not-found", "item-not-found"),
        ("patch", "/items/i-9/notes/n-1", "item-not-found", "item-not-found"),
        ("delete", "/containers/k-9", "container-not-found", "container-not-found"),
        ("add", "/containers/k-9/items", "container-not-found", "container-not-found"),
        ("add", "/containers/k-9/notes", "container-not-found", "container-not-found"),
        ("add", "/containers/k-9/attributes/x", "container-not-found", "container-not-found"),
        ("replace", "/items/i-1/notes/n-9", "note-not-found", "note-not-found"),
        ("delete", "/containers/k-1/notes/n-9", "note-not-found", "note-not-found"),
        ("patch", "/contacts/m-9", "invalid", "not-found"),
        ("replace", "/attributes/none", "invalid", "not-found"),
        ("delete", "/attributes/none", "invalid", "not-found"),
        ("replace", "/items/i-1/term", "invalid", "not-found"),
        ("delete", "/items/i-1/relationships", "invalid", "not-found"),
        ("replace", "/items/i-2/characteristics/weight", "invalid", "not-found"),
        ("replace", "/containers/k-2/processContext", "invalid", "not-found"),
    ],
)
async def test_what_is_not_there_is_refused_where_the_operation_stands(
    shop: Shop, cart: str, op: str, path: str, code: str, problem: str
) -> None:
    reply = await patch(shop, cart, operation(op, path, {"text": "x"}))
    assert (error_code(reply), problems(reply)) == (code, [("/data/operations/0", problem)])


@pytest.mark.parametrize(
    ("op", "path", "value", "below", "problem"),
    [
        ("patch", "/items/i-2", {"quantity": 0}, "/value/quantity", "out-of-range"),
        ("patch", "/items/i-2", {"quantity": "2"}, "/value/quantity", "wrong-type"),
        ("patch", "/items/i-2", {"quantity": 1.5}, "/value/quantity", "wrong-type"),
        ("patch", "/items/i-2", {"price": "1.00"}, "/value/price", "unknown-field"),
        ("patch", "/items/i-2", {"id": "i-3"}, "/value/id", "mismatch"),
        ("patch", "/items/i-2", {"characteristics": {"color": "green"}}, "/value/characteristics/color", "not-allowed"),
        ("patch", "/items/i-2", {"characteristics": None}, "/value/characteristics", "missing"),
        ("patch", "/items/i-2", {"parentId": "i-2"}, "/value/parentId", "cycle"),
        ("patch", "/items/i-2", {"offeringId": None}, "/value", "missing"),
        ("patch", "/items/i-2", "large", "/value", "wrong-type"),
        ("patch", "/items/i-2", None, "/value", "missing"),
        ("replace", "/items/i-2", {"quantity": 1}, "/value/characteristics", "missing"),
        ("replace", "/items/i-2/quantity", 0, "/value", "out-of-range"),
        ("add", "/items/i-2/quantity", None, "/value", "missing"),
        ("add", "/items/i-2/quantity", 10**30, "/value", "out-of-range"),
        ("replace", "/items/i-2/action", "steal", "/value", "not-allowed"),
        ("replace", "/items/i-2/characteristics/color", "green", "/value", "not-allowed"),
        ("add", "/items/i-2/characteristics/9", "x", "", "wrong-format"),
        ("delete", "/items/i-2/characteristics/color", None, "", "missing"),
        ("replace", "/items/i-2/actionReason", {"why": "x"}, "/value/why", "unknown-field"),
        ("replace", "/items/i-2/relationships", [{"id": "i-1"}], "/value/0/type", "missing"),
        ("add", "/items/i-2/billingAccountId", "has space", "/value", "wrong-format"),
        ("add", "/items", {"offeringId": "case"}, "/value/characteristics", "missing"),
        ("add", "/items", {"quantity": 2}, "/value", "missing"),
        ("add", "/items", {"id": "i-1", "offeringId": "plan"}, "/value/id", "duplicate-id"),
        (
            "add",
            "/containers/k-2/items",
            {"offeringId": "plan", "containerId": "k-1"},
            "/value/containerId",
            "mismatch",
        ),
        ("add", "/containers", {"id": "k-1"}, "/value/id", "duplicate-id"),
        ("add", "/containers", {"name": "x"}, "/value/name", "unknown-field"),
        ("patch", "/containers/k-1", {"items": []}, "/value/items", "unknown-field"),
        ("replace", "/containers/k-1", {"id": "k-2"}, "/value/id", "mismatch"),
        ("replace", "/containers/k-1/category", "", "/value", "too-short"),
        ("add", "/containers/k-1/attributes/x", 1, "/value", "wrong-type"),
        ("add", "/items/i-1/notes", {"author": "anna"}, "/value/text", "missing"),
        ("add", "/items/i-1/notes", {"id": "n-1", "text": "x"}, "/value/id", "duplicate-id"),
        ("replace", "/items/i-1/notes/n-1", {"author": "anna"}, "/value/text", "missing"),
        ("patch", "/items/i-1/notes/n-1", {"text": "x" * 2001}, "/value/text", "too-long"),
        ("add", "/contacts", {"mediumType": "email"}, "/value/id", "missing"),
        ("add", "/contacts", {"id": "m-1"}, "/value/id", "duplicate-id"),
        ("patch", "/contacts/m-1", {"preferred": "yes"}, "/value/preferred", "wrong-type"),
        ("add", "/attributes/theme", {"x": "y"}, "/value", "wrong-type"),
        ("test", "/items/i-1", {"prices": []}, "/value/prices", "unknown-field"),
        ("test", "/items/i-1", [], "/value", "wrong-type"),
        ("test", "/items/i-1", {"quantity": 2**63}, "/value", "out-of-range"),
        ("move", "/items/i-1", None, "/op", "not-allowed"),
    ],
)
async def test_a_wrong_value_is_refused_where_it_stands(  # noqa: PLR0917 (a case has many parts)
    shop: Shop, cart: str, op: str, path: str, value: Any, below: str, problem: str
) -> None:
    reply = await patch(shop, cart, operation("test", "/items/i-1/quantity", 1), operation(op, path, value))
    assert (error_code(reply), problems(reply)) == ("invalid", [(f"/data/operations/1{below}", problem)])


@pytest.mark.parametrize(
    ("op", "path", "value", "code", "below"),
    [
        ("add", "/items", {"offeringId": "none"}, "offering-not-found", "/value/offeringId"),
        ("add", "/items", {"offeringId": "past"}, "offering-not-available", "/value/offeringId"),
        ("replace", "/items/i-1", {"offeringId": "past"}, "offering-not-available", "/value/offeringId"),
        ("add", "/items", {"offeringId": "unpriced"}, "price-not-found", ""),
        ("add", "/items", {"offeringId": "plan", "containerId": "k-9"}, "container-not-found", "/value/containerId"),
        ("patch", "/items/i-1", {"containerId": "k-9"}, "container-not-found", "/value/containerId"),
        ("patch", "/items/i-1", {"parentId": "i-9"}, "item-not-found", "/value/parentId"),
        ("add", "/items", {"offeringId": "plan", "parentId": "i-9"}, "item-not-found", "/value/parentId"),
    ],
)
async def test_values_are_checked_as_by_the_commands_that_set_them(  # noqa: PLR0917 (a case has many parts)
    shop: Shop, cart: str, op: str, path: str, value: Any, code: str, below: str
) -> None:
    reply = await patch(shop, cart, operation(op, path, value))
    assert (error_code(reply), problems(reply)) == (code, [(f"/data/operations/0{below}", code)])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/items/i-1/quantity", True),
        ("/items/i-1/quantity", "1"),
        ("/items/i-1/quantity", 2),
        ("/items/i-1/term", "24M"),
        ("/items/i-2/term", None),
        ("/items/i-2", {"quantity": 2, "term": "12M"}),
        ("/items/i-2", {"characteristics": {"color": "blue"}}),
        ("/items/i-2/relationships", []),
        ("/attributes/theme", {"theme": "dark"}),
        ("/containers/k-1", {"category": None}),
        ("/contacts/m-1", {"preferred": False}),
        ("/items/i-1/notes/n-1", {"text": "Call first"}),
    ],
)
async def test_a_test_that_fails_refuses_the_patch(shop: Shop, cart: str, path: str, value: Any) -> None:
    reply = await patch(shop, cart, operation("test", path, value))
    assert (error_code(reply), problems(reply)) == ("test-failed", [("/data/operations/0", "test-failed")])


async def test_a_test_of_what_is_empty_takes_null_or_empty(shop: Shop, cart: str) -> None:
    paths: Iterable[tuple[str, Any]] = [("/items/i-1/term", None), ("/items/i-1/relationships", [])]
    tests = [operation("test", path, value) for path, value in (*paths, ("/attributes/none", None))]
    assert (await patch(shop, cart, *tests))["status"] == "unchanged"


async def test_all_problems_are_listed_but_those_that_follow_from_others(shop: Shop, cart: str) -> None:
    reply = await patch(
        shop,
        cart,
        operation("delete", "/items/i-9"),
        operation("add", "/items", {"id": "i-8", "offeringId": "none"}),
        operation("replace", "/items/i-8/quantity", 2),
        operation("replace", "/items/i-2/quantity", 0),
        operation("delete", "/version"),
    )
    assert error_code(reply) == "item-not-found"
    assert problems(reply) == [
        ("/data/operations/0", "item-not-found"),
        ("/data/operations/1/value/offeringId", "offering-not-found"),
        ("/data/operations/3/value", "out-of-range"),
        ("/data/operations/4", "path-not-patchable"),
    ]


async def test_a_path_that_leads_nowhere_is_told_whatever_failed_before(shop: Shop, cart: str) -> None:
    reply = await patch(
        shop,
        cart,
        operation("replace", "/items/i-2/quantity", 0),
        operation("replace", "/items/i-2/prices", 1),
        operation("replace", "/items/i-1/offeringId", "phone"),
        operation("replace", "/items/i-1/action", "steal"),
    )
    assert (error_code(reply), problems(reply)) == (
        "invalid",
        [
            ("/data/operations/0/value", "out-of-range"),
            ("/data/operations/1", "path-not-patchable"),
            ("/data/operations/2", "path-not-patchable"),
            ("/data/operations/3/value", "not-allowed"),
        ],
    )


async def test_all_that_is_wrong_with_a_line_is_listed(shop: Shop, cart: str) -> None:
    wrong = {"offeringId": "none", "containerId": "k-9", "parentId": "i-9"}
    found = {
        ("offeringId", "offering-not-found"),
        ("containerId", "container-not-found"),
        ("parentId", "item-not-found"),
    }
    for each in (operation("patch", "/items/i-1", wrong), operation("add", "/items", wrong)):
        reply = await patch(shop, cart, each)
        assert set(problems(reply)) == {(f"/data/operations/0/value/{name}", code) for name, code in found}


async def test_gifts_cannot_be_patched(shop: Shop) -> None:
    gift = {"kind": "free-item", "offeringId": "case", "characteristics": {"color": "red"}}
    promotion = {"id": "thanks", "benefits": [gift]}
    assert (await shop.call("upsert-promotions", data={"promotions": [promotion]}))["type"] == "catalog-updated"
    cart_id = await shop.cart({"id": "i-1", "offeringId": "phone"})
    given = "thanks-case"
    for each in (
        operation("replace", f"/items/{given}/quantity", 2),
        operation("delete", f"/items/{given}"),
        operation("add", f"/items/{given}/notes", {"text": "mine"}),
    ):
        reply = await patch(shop, cart_id, each)
        assert problems(reply) == [("/data/operations/0", "gift")], each
    hung = operation("add", "/items", {"offeringId": "phone", "parentId": given})
    assert problems(await patch(shop, cart_id, hung)) == [("/data/operations/0/value/parentId", "gift")]
    assert (await patch(shop, cart_id, operation("test", f"/items/{given}/quantity", 1)))["status"] == "unchanged"


async def test_a_quantity_at_its_maximum_only_falls(shop: Shop) -> None:
    cart_id = await shop.cart({"id": "i-1", "offeringId": "plan", "quantity": 5, "quantityMaxReached": True})
    up = await patch(shop, cart_id, operation("replace", "/items/i-1/quantity", 6))
    assert problems(up) == [("/data/operations/0/value", "quantity-max-reached")]
    assert (await patch(shop, cart_id, operation("replace", "/items/i-1/quantity", 4)))["status"] == "applied"
