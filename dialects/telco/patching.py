"""`patch-shopping-cart`: a list of operations with paths by the document's names and by id (Patch Shopping Cart)."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Annotated, NamedTuple

from pydantic import Field

from cartwright.wire.refusals import ErrorCode, Refusal, pointer, pointer_parts
from cartwright.wire.schema import Model
from dialects.dialect import Call, Operation, Plan, Step
from dialects.telco import patch_values as values
from dialects.telco.calls import cart_response, parameters_of, plan_of, read
from dialects.telco.membership import refuse_missing_items
from dialects.telco.patch_values import Op, Patched
from models.cart.forms import Document

MAX_OPERATIONS = 300
"""Each becomes up to three operations on the cart."""


class PatchOperation(Model):
    """One operation."""

    op: Op
    """`add` creates, `patch` sets the named fields, `replace` puts a new one in the place of what is there."""
    path: Annotated[str, Field(max_length=1000)]
    """The full path, by id, e.g. `/offerContainer/k-1/cartItem/i-1`."""
    value: object = None
    """The fields; `delete` needs none."""


class Row(NamedTuple):
    """What a path leads to: its operations, and what they mean."""

    ops: tuple[Op, ...]
    meaning: Callable[[Patched], list[Document]]


PART: tuple[Op, ...] = ("patch", "replace", "delete")
FIELD: tuple[Op, ...] = ("add", "patch", "replace")
OPTIONAL: tuple[Op, ...] = (*FIELD, "delete")
CONTACT: tuple[Op, ...] = ("replace", "delete")


def _container(*names: str) -> Callable[[Patched], list[Document]]:
    return partial(_field, values.container, names)


def _item(*names: str) -> Callable[[Patched], list[Document]]:
    return partial(_field, values.item, names)


def _field(whole: Callable[[Patched], list[Document]], names: tuple[str, ...], given: Patched) -> list[Document]:
    return values.field(given, whole, *names)


_OF_ITEMS: Mapping[str, Row] = {
    "/cartItem": Row(("add",), values.add_item),
    "/cartItem/<id>": Row(PART, values.item),
    "/cartItem/<id>/quantity": Row(FIELD, values.quantity),
    "/cartItem/<id>/action": Row(FIELD, _item("action")),
    "/cartItem/<id>/itemTerm": Row(OPTIONAL, _item("itemTerm")),
    "/cartItem/<id>/cartItemRelationship": Row(OPTIONAL, _item("cartItemRelationship")),
    "/cartItem/<id>/product/place": Row(OPTIONAL, _item("product", "place")),
    "/cartItem/<id>/product/billingAccount": Row(OPTIONAL, _item("product", "billingAccount")),
    "/cartItem/<id>/product/productCharacteristic": Row(("add",), values.add_characteristic),
    "/cartItem/<id>/product/productCharacteristic/<name>": Row(OPTIONAL, values.characteristic),
    "/cartItem/<id>/note": Row(("add",), partial(values.add_note, at_item=True)),
    "/cartItem/<id>/note/<id>": Row(PART, partial(values.note, at_item=True)),
}
TABLE: Mapping[str, Row] = {
    "/offerContainer": Row(("add",), values.add_container),
    "/offerContainer/<id>": Row(PART, values.container),
    "/offerContainer/<id>/processContext": Row(OPTIONAL, _container("processContext")),
    "/offerContainer/<id>/category": Row(OPTIONAL, _container("category")),
    "/offerContainer/<id>/note": Row(("add",), partial(values.add_note, at_item=False)),
    "/offerContainer/<id>/note/<id>": Row(PART, partial(values.note, at_item=False)),
    "/offerContainer/<id>/additionalAttributes": Row(("add",), values.add_attribute),
    "/offerContainer/<id>/additionalAttributes/<name>": Row(OPTIONAL, values.attribute),
    **{"/offerContainer/<id>" + path: row for path, row in _OF_ITEMS.items()},
    **_OF_ITEMS,
    "/contactMedium": Row(("add",), values.add_contact),
    "/contactMedium/<id>": Row(CONTACT, values.contact),
    "/additionalAttributes": Row(("add",), values.add_attribute),
    "/additionalAttributes/<name>": Row(OPTIONAL, values.attribute),
}
"""Every path; there is no other. Items without a container have paths without one."""
_PARTS = {tuple(pointer_parts(path)): row for path, row in TABLE.items()}


def plan_patch(call: Call) -> Plan:
    """One patch of the cart; raises `invalid` with what is wrong with any of the operations."""
    parameters = parameters_of(call)
    operations: list[Document] = []
    refusals: list[Refusal] = []
    places = {"": "/body"}
    for number, given in enumerate(_listed(call.body)):
        try:
            made = _meant(given, number, call.message_id or "")
        except Refusal as refusal:
            refusals.append(refusal)
            continue
        for each in made:
            places[pointer("operations", len(operations))] = pointer("body", number)
            operations.append(each)
    if refusals:
        raise Refusal.of(refusals)
    return plan_of(call, parameters, [Step("patch-cart", {"operations": operations}, places)])


def _listed(body: object) -> list[object]:
    """The operations; raises `invalid` for anything but a list of them."""
    if not isinstance(body, list):
        code = "missing" if body is None else "wrong-type"
        raise Refusal.at("/body", ErrorCode.INVALID, "A patch is a list of operations.", code)
    if not 0 < len(body) <= MAX_OPERATIONS:
        message = f"A patch has 1 to {MAX_OPERATIONS} operations."
        raise Refusal.at("/body", ErrorCode.INVALID, message, "too-many" if body else "missing")
    return body


def _meant(given: object, number: int, message_id: str) -> list[Document]:
    operation = read(PatchOperation, given, "body", number)
    for row, names in _rows(operation.path):
        if operation.op in row.ops:
            return row.meaning(Patched(operation.op, number, names, operation.value, message_id))
    message = f"{operation.op} {operation.path} is no operation on carts."
    raise Refusal.at(pointer("body", number), ErrorCode.INVALID, message, "path-not-patchable")


def _rows(path: str) -> Iterator[tuple[Row, list[str]]]:
    """The row of a path, and the ids and names in it."""
    parts = pointer_parts(path)
    for known, row in _PARTS.items():
        if len(known) == len(parts):
            pairs = list(zip(known, parts, strict=True))
            if all(part == given or (part[:1] == "<" and given) for part, given in pairs):
                yield row, [given for part, given in pairs if part[:1] == "<"]


OPERATIONS = {"patch-shopping-cart": Operation(plan_patch, cart_response, refuse=refuse_missing_items)}
