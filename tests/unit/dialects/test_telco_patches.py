"""What the operations of `patch-shopping-cart` mean: every path of the table, and what has none."""

from typing import Any

import pytest

from cartwright.wire.refusals import Refusal
from dialects.dialect import Call
from dialects.telco.blank import CATEGORY
from dialects.telco.dialect import DIALECT
from dialects.telco.patching import MAX_OPERATIONS, TABLE
from support.memory_counter import MemoryCounter
from support.telco import ROWS as SHOP
from support.telco import container, item

K, ITEM = "/offerContainer/k-1", "/offerContainer/k-1/cartItem/i-1"
IN_K = {"op": "test", "path": "/items/i-1", "value": {"containerId": "k-1"}}
KEPT = "/extensions/telco"


def planned(*operations: object) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The operations on the cart, and where each comes from."""
    found = DIALECT.operations["patch-shopping-cart"].plan(
        Call("acme", "patch-shopping-cart", "m-1", "m-1", {"id": "c-1"}, list(operations))
    )
    [step] = found.steps
    assert step.type == "patch-cart"
    return step.data["operations"], dict(step.places)


def meant(op: str, path: str, value: object = None) -> list[dict[str, Any]]:
    return planned({"op": op, "path": path, "value": value})[0]


def refused(*operations: object) -> list[tuple[str, str]]:
    with pytest.raises(Refusal) as raised:
        planned(*operations)
    return [(each.path, each.code) for each in raised.value.problems]


def did(op: str, path: str, value: object = None) -> dict[str, Any]:
    return {"op": op, "path": path} if op == "delete" else {"op": op, "path": path, "value": value}


SIM = {"id": "i-9", "productOffering": {"id": "sim"}, "quantity": 2, "action": "add"}
TEXT = {"author": "anna", "text": "call"}
ROWS: list[tuple[str, str, object, list[dict[str, Any]]]] = [
    ("add", "/offerContainer", {"id": "k-2", "processContext": "new"}, [
        did("add", "/containers", {"id": "k-2", "processContext": "new", "items": []}),
    ]),
    ("patch", K, {"processContext": None, "category": {"id": "mobile"}}, [
        did("patch", "/containers/k-1", {"processContext": None, "category": "mobile"}),
        did("patch", f"/containers/k-1{KEPT}", {"category": {**CATEGORY, "id": "mobile"}}),
    ]),
    ("patch", f"{K}/category", [{"id": "mobile"}], [
        did("patch", "/containers/k-1", {"category": "mobile"}),
        did("patch", f"/containers/k-1{KEPT}", {"category": [{"id": "mobile"}]}),
    ]),
    ("patch", f"{K}/category", [], [
        did("patch", "/containers/k-1", {"category": None}),
        did("patch", f"/containers/k-1{KEPT}", {"category": []}),
    ]),
    ("replace", K, {"processContext": "in-life"}, [
        did("replace", "/containers/k-1", {"processContext": "in-life"}),
        did("add", f"/containers/k-1{KEPT}", {}),
    ]),
    ("delete", K, None, [did("delete", "/containers/k-1")]),
    ("add", f"{K}/note", TEXT, [did("add", "/containers/k-1/notes", TEXT)]),
    ("patch", f"{K}/note/n-1", {"text": "later"}, [did("patch", "/containers/k-1/notes/n-1", {"text": "later"})]),
    ("delete", f"{K}/note/n-1", None, [did("delete", "/containers/k-1/notes/n-1")]),
    ("add", f"{K}/additionalAttributes", {"name": "color", "value": "red"}, [
        did("add", "/containers/k-1/attributes/color", "red"),
    ]),
    ("replace", f"{K}/additionalAttributes/color", {"value": "blue"}, [
        did("replace", "/containers/k-1/attributes/color", "blue"),
    ]),
    ("delete", f"{K}/additionalAttributes/color", None, [did("delete", "/containers/k-1/attributes/color")]),
    ("patch", ITEM, {"quantity": 3}, [IN_K, did("patch", "/items/i-1", {"quantity": 3})]),
    ("patch", ITEM, {"sku": "s-1", "itemTerm": None}, [
        IN_K,
        did("patch", "/items/i-1", {"term": None, "terms": None}),
        did("patch", f"/items/i-1{KEPT}", {"sku": "s-1", "itemTerm": None}),
    ]),
    ("replace", ITEM, {"quantity": 2}, [
        IN_K,
        did("replace", "/items/i-1", {"quantity": 2}),
        did("add", f"/items/i-1{KEPT}", {}),
    ]),
    ("delete", ITEM, None, [IN_K, did("delete", "/items/i-1")]),
    ("delete", "/cartItem/i-1", None, [did("delete", "/items/i-1")]),
    ("replace", f"{ITEM}/quantity", 4, [IN_K, did("replace", "/items/i-1/quantity", 4)]),
    ("patch", f"{ITEM}/quantity", 4, [IN_K, did("replace", "/items/i-1/quantity", 4)]),
    ("replace", f"{ITEM}/action", "noChange", [IN_K, did("patch", "/items/i-1", {"action": "no-change"})]),
    ("delete", f"{ITEM}/itemTerm", None, [
        IN_K,
        did("patch", "/items/i-1", {"term": None, "terms": None}),
        did("patch", f"/items/i-1{KEPT}", {"itemTerm": None}),
    ]),
    ("replace", f"{ITEM}/product/place", [{"id": "p-1"}], [
        IN_K,
        did("patch", "/items/i-1", {"place": {"id": "p-1"}}),
        did("patch", f"/items/i-1{KEPT}", {"product": {"place": [{"id": "p-1"}]}}),
    ]),
    ("replace", f"{K}/processContext", "in-life", [did("patch", "/containers/k-1", {"processContext": "in-life"})]),
    ("delete", f"{K}/processContext", None, [did("patch", "/containers/k-1", {"processContext": None})]),
    ("add", f"{K}/category", {"id": "device", "name": "Devices"}, [
        did("patch", "/containers/k-1", {"category": "device"}),
        did("patch", f"/containers/k-1{KEPT}", {"category": {**CATEGORY, "id": "device", "name": "Devices"}}),
    ]),
    ("add", f"{ITEM}/product/productCharacteristic", {"name": "color", "value": "red"}, [
        IN_K,
        did("add", "/items/i-1/characteristics/color", "red"),
    ]),
    ("replace", f"{ITEM}/product/productCharacteristic/color", "blue", [
        IN_K,
        did("replace", "/items/i-1/characteristics/color", "blue"),
    ]),
    ("patch", f"{ITEM}/product/productCharacteristic/color", {"value": "blue"}, [
        IN_K,
        did("replace", "/items/i-1/characteristics/color", "blue"),
    ]),
    ("delete", f"{ITEM}/product/productCharacteristic/a~1b", None, [
        IN_K,
        did("delete", "/items/i-1/characteristics/a~1b"),
    ]),
    ("add", f"{ITEM}/note", TEXT, [IN_K, did("add", "/items/i-1/notes", TEXT)]),
    ("replace", f"{ITEM}/note/n-1", TEXT, [IN_K, did("replace", "/items/i-1/notes/n-1", TEXT)]),
    ("delete", f"{ITEM}/note/n-1", None, [IN_K, did("delete", "/items/i-1/notes/n-1")]),
    ("delete", "/contactMedium/contact-1", None, [did("delete", "/contacts/contact-1")]),
    ("replace", "/contactMedium/contact-1", {"mediumType": "email", "characteristic": {"emailAddress": "a@b.c"}}, [
        did(
            "replace", "/contacts/contact-1", {"mediumType": "email", "characteristic": {"emailAddress": "a@b.c"}}
        ),
    ]),
    ("add", "/additionalAttributes", {"name": "color", "value": True}, [did("add", "/attributes/color", "true")]),
    ("replace", "/additionalAttributes/color", 3, [did("replace", "/attributes/color", "3")]),
    ("patch", "/additionalAttributes/color", {"value": 3}, [did("replace", "/attributes/color", "3")]),
    ("delete", "/additionalAttributes/color", None, [did("delete", "/attributes/color")]),
]  # fmt: skip


@pytest.mark.parametrize(("op", "path", "value", "operations"), ROWS)
def test_what_operations_mean(op: str, path: str, value: object, operations: list[dict[str, Any]]) -> None:
    assert meant(op, path, value) == operations


def test_an_item_is_added_to_a_container_or_to_none() -> None:
    for path, there in ((f"{K}/cartItem", "/containers/k-1/items"), ("/cartItem", "/items")):
        [added] = meant("add", path, SIM)
        assert (added["op"], added["path"]) == ("add", there)
        expected = {"id": "i-9", "offeringId": "sim", "quantity": 2, "action": "add"}
        assert {name: added["value"][name] for name in expected} == expected


def test_a_contact_gets_an_id_of_its_own_and_the_same_one_in_a_redelivery() -> None:
    value = {"mediumType": "email"}
    both, _ = planned(*({"op": "add", "path": "/contactMedium", "value": value} for _ in range(2)))
    first, second = (each["value"]["id"] for each in both)
    assert first != second
    assert planned({"op": "add", "path": "/contactMedium", "value": value})[0][0]["value"]["id"] == first


def test_each_operation_on_the_cart_knows_its_place_in_the_call() -> None:
    _, places = planned(
        {"op": "delete", "path": K}, {"op": "patch", "path": ITEM, "value": {}}, {"op": "delete", "path": ITEM}
    )
    assert [places[f"/operations/{number}"] for number in range(5)] == [
        "/body/0", "/body/1", "/body/1", "/body/2", "/body/2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("op", "path"),
    [
        (op, path.replace("<id>", "x").replace("<name>", "x"))
        for path, row in TABLE.items()
        for op in ("add", "patch", "replace", "delete")
        if op not in row.ops
    ]
    + [("add", "/"), ("add", ""), ("patch", "/offerContainer//cartItem/i-1"), ("delete", "/offerContainer/0/x")],
)
def test_what_the_table_does_not_have_is_not_patchable(op: str, path: str) -> None:
    assert refused({"op": op, "path": path, "value": {}}) == [("/body/0", "path-not-patchable")]


@pytest.mark.parametrize(
    ("operation", "problem"),
    [
        ({"op": "test", "path": K}, ("/body/0/op", "not-allowed")),
        ({"op": "add"}, ("/body/0/path", "missing")),
        ({"op": "add", "path": K, "from": "x"}, ("/body/0/from", "unknown-field")),
        ("add", ("/body/0", "wrong-type")),
        ({"op": "patch", "path": ITEM}, ("/body/0/value", "missing")),
        ({"op": "patch", "path": ITEM, "value": 3}, ("/body/0/value", "wrong-type")),
        ({"op": "patch", "path": ITEM, "value": {"quantity": "3"}}, ("/body/0/value/quantity", "wrong-type")),
        ({"op": "patch", "path": ITEM, "value": {"note": [TEXT]}}, ("/body/0/value/note", "not-allowed")),
        ({"op": "patch", "path": K, "value": {"cartItem": [SIM]}}, ("/body/0/value/cartItem", "not-allowed")),
        ({"op": "replace", "path": f"{ITEM}/action"}, ("/body/0/value", "missing")),
        ({"op": "replace", "path": f"{ITEM}/action", "value": "fly"}, ("/body/0/value", "not-allowed")),
        ({"op": "add", "path": f"{K}/category", "value": {"id": 7}}, ("/body/0/value/id", "wrong-type")),
        ({"op": "add", "path": "/additionalAttributes", "value": {"name": "a"}}, ("/body/0/value", "wrong-type")),
        ({"op": "replace", "path": "/additionalAttributes/a", "value": []}, ("/body/0/value", "wrong-type")),
        ({"op": "add", "path": "/contactMedium", "value": {"preferred": 1}}, ("/body/0/value/preferred", "wrong-type")),
    ],
)
def test_what_is_wrong_with_an_operation(operation: object, problem: tuple[str, str]) -> None:
    assert refused(operation) == [problem]


def test_what_is_wrong_with_any_of_them_is_told_at_once() -> None:
    wrong = {"op": "patch", "path": ITEM}
    assert [path for path, _ in refused(wrong, {"op": "delete", "path": ITEM}, wrong)] == [
        "/body/0/value",
        "/body/2/value",
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (None, "missing"),
        ([], "missing"),
        ({"op": "delete", "path": ITEM}, "wrong-type"),
        ([{"op": "delete", "path": ITEM}] * (MAX_OPERATIONS + 1), "too-many"),
    ],
)
def test_a_patch_is_a_list(body: object, code: str) -> None:
    with pytest.raises(Refusal) as raised:
        DIALECT.operations["patch-shopping-cart"].plan(
            Call("acme", "patch-shopping-cart", "m-1", "m-1", {"id": "c-1"}, body)
        )
    assert [(each.path, each.code) for each in raised.value.problems] == [("/body", code)]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"{K}/category", {"id": "device"}),
        (f"{K}/category", {"version": "2"}),
        (f"{ITEM}/product/billingAccount", {"id": "b-2"}),
        (f"{ITEM}/product/billingAccount", {"name": "Hers"}),
    ],
)
async def test_a_field_with_a_path_of_its_own_is_what_was_sent_last(path: str, value: dict[str, Any]) -> None:
    account = {"id": "b-1", "name": "Mine"}
    made = container(item("plan", "i-1", product={"id": "p-1", "billingAccount": account}))
    made["category"] = {"id": "mobile", "name": "Mobile", "version": "1"}
    telco = MemoryCounter("telco", SHOP)
    await telco.call("create-shopping-cart", {"id": "c-1"}, {"offerContainer": [made]})
    patched = await telco.call("patch-shopping-cart", {"id": "c-1"}, [{"op": "replace", "path": path, "value": value}])
    await telco.worker.close()
    [shown] = patched.body["offerContainer"]
    field = shown["category"] if path.endswith("category") else shown["cartItem"][0]["product"]["billingAccount"]
    assert {name: each for name, each in field.items() if each is not None} == value


@pytest.mark.parametrize("parts", [None, {"productCharacteristic": None, "billingAccount": None, "place": None}])
async def test_null_removes_what_an_item_has_of_its_product(parts: dict[str, Any] | None) -> None:
    product = {
        "id": "p-1",
        "productCharacteristic": [{"name": "color", "value": "red"}],
        "billingAccount": {"id": "b-1"},
        "place": [{"id": "pl-1"}],
    }
    telco = MemoryCounter("telco", SHOP)
    made = container(item("plan", "i-1", product=product))
    await telco.call("create-shopping-cart", {"id": "c-1"}, {"offerContainer": [made]})
    patch = [{"op": "patch", "path": ITEM, "value": {"product": parts}}]
    patched = await telco.call("patch-shopping-cart", {"id": "c-1"}, patch)
    await telco.worker.close()
    [line] = patched.body["offerContainer"][0]["cartItem"]
    shown = line["product"]
    assert (shown["id"], shown["productCharacteristic"], shown["billingAccount"]["id"], shown["place"]) == (
        "p-1",
        [],
        None,
        [],
    )
