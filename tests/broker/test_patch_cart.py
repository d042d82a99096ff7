"""`patch-cart`: a list of operations on parts of a cart (contract, "patch-cart"; 002, Patch Shopping Cart)."""

from collections.abc import Iterable
from typing import Any

import pytest

from handlers.patching.table import TABLE
from support.running import Running
from support.shop import Shop, error_code, problems

Operation = dict[str, Any]
PLAN = {"id": "i-1", "offeringId": "plan", "containerId": "k-1"}
CASE = {
    "id": "i-2",
    "offeringId": "case",
    "quantity": 2,
    "term": "24M",
    "characteristics": {"color": "red", "size": "L"},
    "actionReason": {"name": "moved", "text": "to another house"},
    "place": {"id": "home"},
    "billingAccountId": "ba-1",
    "subscriberNumber": "+33123456789",
    "relationships": [{"id": "i-1", "type": "reliesOn"}],
    "extensions": {"shop": {"sku": "s-1", "size": {"width": 1.5, "unit": "m"}}, "other": {"a": 1}},
}
CART: dict[str, Any] = {
    "attributes": {"theme": "dark"},
    "contacts": [
        {"id": "m-1", "mediumType": "email", "characteristic": {"emailAddress": "a@example.org"}, "preferred": True}
    ],
    "containers": [
        {"id": "k-1", "category": "mobile", "processContext": "new", "portfolioId": "pf-1", "attributes": {"x": "1"}},
        {"id": "k-2", "category": "fixed", "extensions": {"shop": {"row": 1}}},
    ],
}
NOTE = {"author": "anna", "text": "call first"}

CASES: dict[tuple[str, str], tuple[str, Any]] = {
    ("/items", "add"): ("/items", {"id": "i-9", "offeringId": "phone", "quantity": 2}),
    ("/containers", "add"): ("/containers", {"id": "k-9", "category": "tv", "attributes": {"y": "2"}}),
    ("/containers/<id>/items", "add"): ("/containers/k-1/items", {"id": "i-9", "offeringId": "phone"}),
    ("/items/<id>/notes", "add"): ("/items/i-1/notes", {"id": "n-9", **NOTE}),
    ("/containers/<id>/notes", "add"): ("/containers/k-1/notes", {"id": "n-9", **NOTE}),
    ("/contacts", "add"): ("/contacts", {"id": "m-9", "mediumType": "postal", "characteristic": {"city": "Paris"}}),
    ("/items/<id>", "patch"): ("/items/i-2", {"quantity": 3, "term": None, "licenseId": "l-1"}),
    ("/items/<id>", "replace"): ("/items/i-2", {"offeringId": "case", "characteristics": {"color": "blue"}}),
    ("/items/<id>", "delete"): ("/items/i-2", None),
    ("/items/<id>", "test"): ("/items/i-2", {"quantity": 2, "licenseId": None, "characteristics": {"color": "red"}}),
    ("/containers/<id>", "patch"): ("/containers/k-1", {"category": "tv", "processContext": None}),
    ("/containers/<id>", "replace"): ("/containers/k-1", {"category": "tv"}),
    ("/containers/<id>", "delete"): ("/containers/k-1", None),
    ("/containers/<id>", "test"): ("/containers/k-1", {"category": "mobile", "attributes": {"x": "1"}}),
    ("/items/<id>/notes/<id>", "patch"): ("/items/i-1/notes/n-1", {"text": "call twice"}),
    ("/items/<id>/notes/<id>", "replace"): ("/items/i-1/notes/n-1", {"text": "call twice"}),
    ("/items/<id>/notes/<id>", "delete"): ("/items/i-1/notes/n-1", None),
    ("/items/<id>/notes/<id>", "test"): ("/items/i-1/notes/n-1", NOTE),
    ("/containers/<id>/notes/<id>", "patch"): ("/containers/k-1/notes/n-2", {"author": None}),
    ("/containers/<id>/notes/<id>", "replace"): ("/containers/k-1/notes/n-2", {"text": "call twice"}),
    ("/containers/<id>/notes/<id>", "delete"): ("/containers/k-1/notes/n-2", None),
    ("/containers/<id>/notes/<id>", "test"): ("/containers/k-1/notes/n-2", {"text": "call first"}),
    ("/contacts/<id>", "patch"): ("/contacts/m-1", {"preferred": False, "mediumType": None}),
    ("/contacts/<id>", "replace"): ("/contacts/m-1", {"mediumType": "phone"}),
    ("/contacts/<id>", "delete"): ("/contacts/m-1", None),
    ("/contacts/<id>", "test"): ("/contacts/m-1", {"mediumType": "email", "validFor": None}),
    ("/items/<id>/quantity", "add"): ("/items/i-2/quantity", 3),
    ("/items/<id>/quantity", "replace"): ("/items/i-2/quantity", 3),
    ("/items/<id>/quantity", "test"): ("/items/i-2/quantity", 2),
    ("/items/<id>/term", "add"): ("/items/i-1/term", "12M"),
    ("/items/<id>/term", "replace"): ("/items/i-2/term", "12M"),
    ("/items/<id>/term", "delete"): ("/items/i-2/term", None),
    ("/items/<id>/term", "test"): ("/items/i-2/term", "24M"),
    ("/items/<id>/action", "add"): ("/items/i-2/action", "modify"),
    ("/items/<id>/action", "replace"): ("/items/i-2/action", "keep"),
    ("/items/<id>/action", "test"): ("/items/i-2/action", "add"),
    ("/items/<id>/actionReason", "add"): ("/items/i-1/actionReason", {"name": "lost"}),
    ("/items/<id>/actionReason", "replace"): ("/items/i-2/actionReason", {"name": "lost"}),
    ("/items/<id>/actionReason", "delete"): ("/items/i-2/actionReason", None),
    ("/items/<id>/actionReason", "test"): ("/items/i-2/actionReason", {"name": "moved"}),
    ("/items/<id>/characteristics/<name>", "add"): ("/items/i-2/characteristics/shape", "round"),
    ("/items/<id>/characteristics/<name>", "replace"): ("/items/i-2/characteristics/color", "blue"),
    ("/items/<id>/characteristics/<name>", "delete"): ("/items/i-2/characteristics/size", None),
    ("/items/<id>/characteristics/<name>", "test"): ("/items/i-2/characteristics/color", "red"),
    ("/items/<id>/place", "add"): ("/items/i-1/place", {"id": "office"}),
    ("/items/<id>/place", "replace"): ("/items/i-2/place", {"name": "Office"}),
    ("/items/<id>/place", "delete"): ("/items/i-2/place", None),
    ("/items/<id>/place", "test"): ("/items/i-2/place", {"id": "home"}),
    ("/items/<id>/billingAccountId", "add"): ("/items/i-1/billingAccountId", "ba-2"),
    ("/items/<id>/billingAccountId", "replace"): ("/items/i-2/billingAccountId", "ba-2"),
    ("/items/<id>/billingAccountId", "delete"): ("/items/i-2/billingAccountId", None),
    ("/items/<id>/billingAccountId", "test"): ("/items/i-2/billingAccountId", "ba-1"),
    ("/items/<id>/subscriberNumber", "add"): ("/items/i-1/subscriberNumber", "+33200000000"),
    ("/items/<id>/subscriberNumber", "replace"): ("/items/i-2/subscriberNumber", "+33200000000"),
    ("/items/<id>/subscriberNumber", "delete"): ("/items/i-2/subscriberNumber", None),
    ("/items/<id>/subscriberNumber", "test"): ("/items/i-2/subscriberNumber", "+33123456789"),
    ("/items/<id>/relationships", "add"): ("/items/i-1/relationships", [{"id": "i-2", "type": "replaces"}]),
    ("/items/<id>/relationships", "replace"): ("/items/i-2/relationships", [{"id": "i-1", "type": "replaces"}]),
    ("/items/<id>/relationships", "delete"): ("/items/i-2/relationships", None),
    ("/items/<id>/relationships", "test"): ("/items/i-2/relationships", [{"id": "i-1", "type": "reliesOn"}]),
    ("/attributes/<name>", "add"): ("/attributes/size", "large"),
    ("/attributes/<name>", "replace"): ("/attributes/theme", "light"),
    ("/attributes/<name>", "delete"): ("/attributes/theme", None),
    ("/attributes/<name>", "test"): ("/attributes/theme", "dark"),
    ("/containers/<id>/attributes/<name>", "add"): ("/containers/k-2/attributes/x", "2"),
    ("/containers/<id>/attributes/<name>", "replace"): ("/containers/k-1/attributes/x", "2"),
    ("/containers/<id>/attributes/<name>", "delete"): ("/containers/k-1/attributes/x", None),
    ("/containers/<id>/attributes/<name>", "test"): ("/containers/k-1/attributes/x", "1"),
    ("/containers/<id>/category", "add"): ("/containers/k-1/category", "tv"),
    ("/containers/<id>/category", "replace"): ("/containers/k-1/category", "tv"),
    ("/containers/<id>/category", "delete"): ("/containers/k-1/category", None),
    ("/containers/<id>/category", "test"): ("/containers/k-1/category", "mobile"),
    ("/containers/<id>/processContext", "add"): ("/containers/k-2/processContext", "in-life"),
    ("/containers/<id>/processContext", "replace"): ("/containers/k-1/processContext", "in-life"),
    ("/containers/<id>/processContext", "delete"): ("/containers/k-1/processContext", None),
    ("/containers/<id>/processContext", "test"): ("/containers/k-1/processContext", "new"),
    ("/items/<id>/extensions/<name>", "add"): ("/items/i-2/extensions/shop", {"sku": "s-2"}),
    ("/items/<id>/extensions/<name>", "patch"): ("/items/i-2/extensions/shop", {"sku": "s-2", "size": None}),
    ("/items/<id>/extensions/<name>", "delete"): ("/items/i-2/extensions/shop", None),
    ("/containers/<id>/extensions/<name>", "add"): ("/containers/k-1/extensions/shop", {"row": 2}),
    ("/containers/<id>/extensions/<name>", "patch"): ("/containers/k-2/extensions/shop", {"shelf": 3}),
    ("/containers/<id>/extensions/<name>", "delete"): ("/containers/k-2/extensions/shop", None),
}
"""One operation for each op of each row, on the cart below."""
ROWS = {
    ("/items", "/containers", "/containers/<id>/items", "/items/<id>/notes", "/containers/<id>/notes", "/contacts"): (
        "add",
    ),
    (
        "/items/<id>",
        "/containers/<id>",
        "/items/<id>/notes/<id>",
        "/containers/<id>/notes/<id>",
        "/contacts/<id>",
    ): ("patch", "replace", "delete", "test"),
    ("/items/<id>/quantity", "/items/<id>/action"): ("add", "replace", "test"),
    (
        "/items/<id>/term",
        "/items/<id>/actionReason",
        "/items/<id>/characteristics/<name>",
        "/items/<id>/place",
        "/items/<id>/billingAccountId",
        "/items/<id>/subscriberNumber",
        "/items/<id>/relationships",
        "/attributes/<name>",
        "/containers/<id>/attributes/<name>",
        "/containers/<id>/category",
        "/containers/<id>/processContext",
    ): ("add", "replace", "delete", "test"),
}
"""The table of the contract."""
KEPT = {f"/{part}/<id>/extensions/<name>": {"add", "patch", "delete"} for part in ("items", "containers")}
"""And what dialects keep."""


def operation(op: str, path: str, value: Any = None) -> Operation:
    return {"op": op, "path": path, **({} if value is None else {"value": value})}


@pytest.fixture
async def cart(shop: Shop) -> str:
    cart_id = await shop.cart(PLAN, CASE, **CART)
    for note in (
        {"itemId": "i-1", "note": {"id": "n-1", **NOTE}},
        {"containerId": "k-1", "note": {"id": "n-2", **NOTE}},
    ):
        assert (await shop.call("add-note", cart_id, note))["status"] == "applied"
    return cart_id


async def patch(shop: Shop, cart_id: str, *operations: Operation, **envelope: Any) -> dict[str, Any]:
    return await shop.call("patch-cart", cart_id, {"operations": list(operations)}, **envelope)


def look(cart: dict[str, Any], path: str) -> Any:
    """What a cart as shown has at a path; None for nothing."""
    found: Any = cart
    for step in path.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(found, list):
            found = next((each for each in found if each["id"] == name), None)
        elif name == "items" and found is not cart:
            found = [each for each in cart["items"] if each["containerId"] == found["id"]]
        else:
            found = found.get(name)
        if found is None:
            return None
    return found


def holds(shown: dict[str, Any], fields: dict[str, Any]) -> bool:
    return all(shown.get(name) == value or (value is None and not shown.get(name)) for name, value in fields.items())


def timeless(change: dict[str, Any]) -> dict[str, Any]:
    """A change without the times of notes: a dry run happens earlier."""
    times = {"createdAt", "updatedAt"}
    return {
        name: {field: part for field, part in value.items() if field not in times} if isinstance(value, dict) else value
        for name, value in change.items()
    }


def test_the_table_is_that_of_the_contract() -> None:
    expected = {path: set(ops) for paths, ops in ROWS.items() for path in paths}
    assert {path: set(target.ops) for path, target in TABLE.items()} == {**expected, **KEPT}


def test_every_operation_of_every_row_is_tested() -> None:
    assert set(CASES) == {(path, op) for path, target in TABLE.items() for op in target.ops}


@pytest.mark.parametrize(("row", "op"), CASES, ids=[f"{op} {row}" for row, op in CASES])
async def test_every_row_does_what_its_operation_says(shop: Shop, cart: str, row: str, op: str) -> None:
    path, value = CASES[row, op]
    before = (await shop.call("get-cart", cart))["cart"]
    predicted = await patch(shop, cart, operation(op, path, value), dryRun=True)
    reply = await patch(shop, cart, operation(op, path, value))
    assert (reply["status"], reply["version"]) == (("unchanged", 3) if op == "test" else ("applied", 4)), reply
    after = (await shop.call("get-cart", cart))["cart"]
    assert after == reply["cart"]
    assert list(map(timeless, predicted["changes"])) == list(map(timeless, reply["changes"]))
    assert predicted["cart"]["totals"] == after["totals"]
    if op == "test":
        assert after == before
    elif op == "delete":
        assert look(before, path)
        assert not look(after, path)
    elif isinstance(value, dict) and row.endswith("s"):
        assert holds(look(after, f"{path}/{value['id']}"), value)
    elif isinstance(value, dict):
        assert holds(look(after, path), value)
    else:
        assert look(after, path) == value


async def test_what_a_dialect_keeps_is_merged_exactly_and_others_are_left_alone(shop: Shop, cart: str) -> None:
    path = "/items/i-2/extensions/shop"
    merged = await patch(shop, cart, operation("patch", path, {"size": {"width": None, "height": 0.5}, "tags": [1]}))
    extensions = look(merged["cart"], "/items/i-2/extensions")
    assert extensions["shop"] == {"sku": "s-1", "size": {"unit": "m", "height": 0.5}, "tags": [1]}
    assert extensions["other"] == {"a": 1}
    gone = await patch(shop, cart, operation("patch", path, {"sku": None, "size": None, "tags": None}))
    assert look(gone["cart"], "/items/i-2/extensions") == {"other": {"a": 1}}
    refused = await patch(shop, cart, operation("delete", path))
    assert problems(refused) == [("/data/operations/0", "not-found")]
    for value, problem in ((None, "missing"), ([1], "wrong-type"), ({"text": "x" * 40_000}, "too-long")):
        refused = await patch(shop, cart, {"op": "add", "path": path, "value": value})
        assert problems(refused) == [("/data/operations/0/value", problem)]


async def test_patch_keeps_the_fields_that_it_does_not_name_and_replace_removes_them(shop: Shop, cart: str) -> None:
    patched = await patch(shop, cart, operation("patch", "/items/i-2", {"quantity": 3}))
    line = look(patched["cart"], "/items/i-2")
    assert (line["quantity"], line["term"], line["billingAccountId"]) == (3, "24M", "ba-1")
    value = {"characteristics": {"color": "blue"}}
    line = look((await patch(shop, cart, operation("replace", "/items/i-2", value)))["cart"], "/items/i-2")
    assert (line["quantity"], line["term"], line["relationships"]) == (1, None, [])
    assert not line.keys() & {"billingAccountId", "subscriberNumber", "actionReason", "place"}
    assert (line["offeringId"], line["characteristics"]) == ("case", {"color": "blue"})


async def test_a_replaced_line_stays_where_it_hangs_and_keeps_its_notes(shop: Shop, cart: str) -> None:
    await patch(shop, cart, operation("patch", "/items/i-2", {"parentId": "i-1", "containerId": "k-1"}))
    reply = await patch(shop, cart, operation("replace", "/items/i-1", {"offeringId": "phone"}))
    line = look(reply["cart"], "/items/i-1")
    assert (line["offeringId"], line["containerId"], len(line["notes"])) == ("phone", "k-1", 1)
    assert line["prices"][0]["list"] == "100.00"
    kept = await patch(shop, cart, operation("replace", "/items/i-2", {"characteristics": {"color": "red"}}))
    assert (look(kept["cart"], "/items/i-2/parentId"), look(kept["cart"], "/items/i-2/containerId")) == ("i-1", "k-1")


async def test_operations_apply_in_order_and_each_sees_what_earlier_ones_made(shop: Shop, cart: str) -> None:
    reply = await patch(
        shop,
        cart,
        operation("add", "/containers", {"id": "k-9", "category": "tv"}),
        operation("add", "/containers/k-9/items", {"id": "i-9", "offeringId": "phone"}),
        operation("add", "/items/i-9/notes", {"id": "n-9", "text": "fragile"}),
        operation("patch", "/items/i-9/notes/n-9", {"text": "very fragile"}),
        operation("replace", "/items/i-9/quantity", 2),
        operation("test", "/items/i-9/quantity", 2),
        operation("add", "/items", {"id": "i-10", "offeringId": "plan", "parentId": "i-9"}),
        operation("delete", "/items/i-2"),
        operation("add", "/items", {"id": "i-2", "offeringId": "phone"}),
        operation("test", "/items/i-2", {"offeringId": "phone", "term": None}),
    )
    assert (reply["status"], reply["version"]) == ("applied", 4)
    assert [item["id"] for item in reply["cart"]["items"]] == ["i-1", "i-9", "i-10", "i-2"]
    assert look(reply["cart"], "/items/i-9/notes/n-9")["text"] == "very fragile"
    assert look(reply["cart"], "/items/i-9/prices")[0]["list"] == "200.00"


async def test_a_patch_is_one_version_and_one_repricing(shop: Shop, cart: str, running: Running) -> None:
    reply = await patch(
        shop,
        cart,
        operation("replace", "/items/i-2/quantity", 3),
        operation("replace", "/items/i-1/quantity", 5),
        operation("replace", "/items/i-2/quantity", 4),
    )
    moved = [(each["itemId"], each["after"]["gross"]) for each in reply["priceChanges"] if each["scope"] == "item"]
    assert moved == [("i-1", "50.00"), ("i-2", "36.00")]
    journal = (await running.documents(shop.tenant))["journal"]
    assert len([each for each in journal if each["cartId"] == cart and each["version"] == reply["version"]]) == 1


async def test_a_patch_is_all_or_nothing(shop: Shop, cart: str, running: Running) -> None:
    before = await running.documents(shop.tenant)
    reply = await patch(
        shop,
        cart,
        operation("replace", "/items/i-1/quantity", 5),
        operation("add", "/items", {"id": "i-9", "offeringId": "phone"}),
        operation("test", "/items/i-2/quantity", 7),
    )
    assert (error_code(reply), problems(reply)) == ("test-failed", [("/data/operations/2", "test-failed")])
    assert await running.documents(shop.tenant) == before


async def test_deleting_an_item_takes_its_children(shop: Shop, cart: str) -> None:
    await patch(shop, cart, operation("patch", "/items/i-2", {"parentId": "i-1"}))
    reply = await patch(shop, cart, operation("delete", "/items/i-1"))
    assert reply["cart"]["items"] == []
    assert [each["itemId"] for each in reply["changes"]] == ["i-1", "i-2"]


async def test_deleting_a_container_takes_its_contents(shop: Shop, cart: str) -> None:
    reply = await patch(shop, cart, operation("delete", "/containers/k-1"))
    assert [item["id"] for item in reply["cart"]["items"]] == ["i-2"]
    assert [container["id"] for container in reply["cart"]["containers"]] == ["k-2"]


async def test_ids_in_paths_are_escaped_as_in_json_pointers(shop: Shop, cart: str) -> None:
    item = {"id": "a/b~c", "offeringId": "phone"}
    reply = await patch(
        shop,
        cart,
        operation("add", "/items", item),
        operation("replace", "/items/a~1b~0c/quantity", 2),
        operation("replace", "/attributes/theme", "light"),
    )
    assert look(reply["cart"], "/items/a~1b~0c/quantity") == 2
    wrong = await patch(shop, cart, operation("replace", "/items/a~2b/quantity", 2))
    assert problems(wrong) == [("/data/operations/0", "path-not-patchable")]


async def test_ids_that_are_assigned_differ(shop: Shop, cart: str) -> None:
    added = [operation("add", "/items", {"offeringId": "phone"}) for _ in range(3)]
    notes = [operation("add", "/items/i-1/notes", {"text": "again"}) for _ in range(3)]
    reply = await patch(shop, cart, *added, *notes)
    assert [item["id"] for item in reply["cart"]["items"]][2:] == ["i-4-1", "i-4-2", "i-4-3"]
    assert [note["id"] for note in look(reply["cart"], "/items/i-1/notes")] == ["n-1", "n-4-4", "n-4-5", "n-4-6"]


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


async def test_up_to_1000_operations_are_one_patch(shop: Shop, cart: str) -> None:
    quantities = [operation("replace", "/items/i-1/quantity", number) for number in range(2, 1002)]
    reply = await patch(shop, cart, *quantities)
    assert (reply["version"], look(reply["cart"], "/items/i-1/quantity")) == (4, 1001)
    more = await patch(shop, cart, *quantities, operation("delete", "/items/i-1"))
    assert problems(more) == [("/data/operations", "too-many")]
    assert problems(await patch(shop, cart)) == [("/data/operations", "too-few")]


async def test_a_patch_of_what_has_changed_since_is_a_rebase_conflict(shop: Shop, cart: str) -> None:
    await patch(shop, cart, operation("replace", "/items/i-1/quantity", 2))
    stale: dict[str, Any] = {"version": 3, "onConflict": "rebase"}
    same = await patch(shop, cart, operation("replace", "/items/i-1/quantity", 3), **stale)
    other = await patch(shop, cart, operation("replace", "/items/i-2/quantity", 3), **stale)
    assert (error_code(same), other["status"]) == ("rebase-conflict", "applied")


async def test_a_patch_that_changes_nothing_makes_no_version(shop: Shop, cart: str) -> None:
    same = [operation("replace", "/items/i-2/quantity", 2), operation("add", "/attributes/theme", "dark")]
    reply = await patch(shop, cart, *same, operation("patch", "/containers/k-1", {"category": "mobile"}))
    assert (reply["status"], reply["version"]) == ("unchanged", 3)
