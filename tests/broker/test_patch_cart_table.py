"""Every operation that the table of `patch-cart` allows (contract, "patch-cart"), one by one."""

from typing import Any

import pytest

from handlers.patching.table import TABLE
from support.patching import NOTE, look, operation, patch, patchable_cart
from support.shop import Shop

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
"""One operation for each op of each row, on the cart of `support.patching`."""
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


@pytest.fixture
async def cart(shop: Shop) -> str:
    return await patchable_cart(shop)


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
