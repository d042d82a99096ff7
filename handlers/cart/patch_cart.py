"""`patch-cart`: a list of operations on parts of the cart, all or nothing (002, Patch Shopping Cart)."""

from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.refusals import ErrorCode, Refusal, pointer
from handlers.kinds import Decision
from handlers.needs import Context
from handlers.patching.step import Operation, Step
from handlers.patching.table import find_row
from handlers.patching.targets import Handler
from handlers.registry import command
from models.cart.cart import Cart
from models.changes.change import evolve
from models.changes.stated import Made, changes_in

MAX_OPERATIONS = 1000


class PatchCart(CommandData):
    """The operations; they apply in order, and each sees what those before it made."""

    model_config = example(
        {
            "operations": [
                {"op": "test", "path": "/items/i-1/quantity", "value": 1},
                {"op": "patch", "path": "/items/i-1", "value": {"quantity": 3}},
                {"op": "replace", "path": "/items/i-1/characteristics/color", "value": "blue"},
                {"op": "add", "path": "/containers/k-1/items", "value": {"id": "i-9", "offeringId": "sim"}},
                {"op": "add", "path": "/containers/k-1/notes", "value": {"author": "anna", "text": "call first"}},
                {"op": "delete", "path": "/items/i-2"},
            ]
        }
    )

    operations: Annotated[list[Operation], Field(min_length=1, max_length=MAX_OPERATIONS)]
    """What is done, one after the other; if one is refused, nothing is done."""


@command("patch-cart", PatchCart)
def patch_cart(cart: Cart, data: PatchCart, context: Context) -> Decision:
    """Apply the operations; raises `Refusal` with the problems of all.

    What is about something that an operation failed at is left out: it would fail for the same reason. A path
    that leads nowhere is told all the same.
    """
    changes: list[Made] = []
    refusals: list[Refusal] = []
    failed: set[str] = set()
    for number, operation in enumerate(data.operations):
        try:
            handler, names = _found(operation, number)
        except Refusal as refusal:
            refusals.append(refusal)
            continue
        subjects = _subjects(operation)
        if failed & subjects:
            continue
        try:
            made = [*handler(Step(cart, context, number, operation, names))]
        except Refusal as refusal:
            refusals.append(_placed(refusal, number))
            failed |= subjects
        else:
            cart = evolve(cart, [each.at("operations", number) for each in changes_in(made)])
            changes += made
    if refusals:
        raise Refusal.of(refusals)
    yield from changes


def _found(operation: Operation, number: int) -> tuple[Handler, tuple[str, ...]]:
    """What an operation does, and the ids and names in its path; raises `path-not-patchable`."""
    found = find_row(operation.path)
    handler = found[0].ops.get(operation.op) if found is not None else None
    if found is None or handler is None:
        message = f"{operation.op} {operation.path} is no operation on carts."
        raise Refusal.at(pointer("data", "operations", number), ErrorCode.INVALID, message, "path-not-patchable")
    return handler, found[1]


def _subjects(operation: Operation) -> set[str]:
    """What an operation is about, as paths: the item, container or contact, and what it adds to it."""
    steps = operation.path.split("/")
    value = operation.value
    own = value.get("id") if operation.op == "add" and isinstance(value, dict) else None
    added = {pointer(steps[-1], own)} if isinstance(own, str) else set()
    return {"/".join(steps[:3]), *added} if len(steps) > 2 else added


def _placed(refusal: Refusal, number: int) -> Refusal:
    """The refusal with a problem, at the operation if it names no place."""
    if refusal.problems:
        return refusal
    return Refusal.at(pointer("data", "operations", number), refusal.code, refusal.message)
