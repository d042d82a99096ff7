"""`update-products`: change the quantity and other fields of existing lines (001, Update products in cart)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.lines import MAX_ITEMS, LineDetails
from cartwright.wire.refusals import ErrorCode, Problem, Refusal, pointer
from cartwright.wire.schema import Id, Quantity
from handlers.registry import Context, command
from models.cart.cart import Cart, Item
from models.cart.forms import Document
from models.cart.item_fields import write_item
from models.changes.change import Change
from models.changes.item_changes import ItemChanged, QuantityChanged


class ProductUpdate(LineDetails):
    """New values for one line; absent fields stay as they are, null removes one."""

    id: Id
    """The item's id, or an offering id that only one item has."""
    quantity: Quantity | None = None
    """The new quantity."""
    parent_id: Id | None = None
    """The item that this one hangs on from now on."""


class UpdateProducts(CommandData):
    """The lines to update."""

    model_config = example({"products": [{"id": "i-1", "quantity": 2, "trial": False}]})

    product_recommendation_id: Id | None = None
    """The recommendation that the changes come from; kept on every line."""
    products: Annotated[list[ProductUpdate], Field(min_length=1, max_length=MAX_ITEMS)]
    """The lines to change."""


NOT_DETAILS = frozenset({"id", "quantity", "parent_id"})


@command("update-products", UpdateProducts)
def update_products(cart: Cart, data: UpdateProducts, context: Context) -> Iterator[Change]:
    """Change what differs, in the given order."""
    items = _resolve(cart, data.products)
    for index, (item, update) in enumerate(zip(items, data.products, strict=True)):
        if update.quantity is not None and update.quantity != item.quantity:
            if item.terms.quantity_max_reached and update.quantity > item.quantity:
                path = pointer("data", "products", index, "quantity")
                raise Refusal.at(path, ErrorCode.INVALID, "The quantity can't be increased.", "quantity-max-reached")
            changed = QuantityChanged(item_id=item.id, before=item.quantity, after=update.quantity)
            yield changed.at("products", index)
        after = _differing(cart, item, update, data.product_recommendation_id, pointer("data", "products", index))
        if after:
            current = write_item(item)
            before = {name: current.get(name) for name in after}
            yield ItemChanged(item_id=item.id, before=before, after=after).at("products", index)


def _resolve(cart: Cart, updates: list[ProductUpdate]) -> list[Item]:
    """The items that the updates name; raises `Refusal` with every unknown, ambiguous or repeated one."""
    by_id = {item.id: item for item in cart.items}
    by_offering: dict[str | None, list[Item]] = {}
    for item in cart.items:
        if not item.is_gift:
            by_offering.setdefault(item.offering_id, []).append(item)
    found: dict[str, Item] = {}
    problems: list[Problem] = []
    for index, update in enumerate(updates):
        matches = [by_id[update.id]] if update.id in by_id else by_offering.get(update.id, [])
        path = pointer("data", "products", index, "id")
        if not matches:
            problems.append(Problem(path, ErrorCode.ITEM_NOT_FOUND, f"There is no item {update.id}."))
        elif len(matches) > 1:
            problems.append(Problem(path, "ambiguous-item", f"Several items have the offering {update.id}."))
        elif matches[0].id in found:
            problems.append(Problem(path, "duplicate-item", f"Item {update.id} is updated twice."))
        else:
            found[matches[0].id] = matches[0]
    if problems:
        missing = all(problem.code == ErrorCode.ITEM_NOT_FOUND for problem in problems)
        code = ErrorCode.ITEM_NOT_FOUND if missing else ErrorCode.INVALID
        raise Refusal(code, problems[0].message, problems=problems)
    return list(found.values())


def _differing(cart: Cart, item: Item, update: ProductUpdate, recommendation: str | None, path: str) -> Document:
    """The given fields, other than the quantity, whose values differ from the line's."""
    given = update.details() if update.model_fields_set - NOT_DETAILS else {}
    if recommendation is not None:
        given["productRecommendationId"] = recommendation
    if "parent_id" in update.model_fields_set:
        _check_parent(cart, item, update.parent_id, path + "/parentId")
        given["parentId"] = update.parent_id
    if not given:
        return {}
    current = write_item(item)
    return {name: value for name, value in given.items() if current.get(name) != value}


def _check_parent(cart: Cart, item: Item, parent_id: str | None, path: str) -> None:
    ancestor = parent_id
    while ancestor is not None:
        if ancestor == item.id:
            raise Refusal.at(path, ErrorCode.INVALID, "The item would be its own ancestor.", "cycle")
        parent = cart.item(ancestor)
        if parent is None:
            raise Refusal.at(path, ErrorCode.ITEM_NOT_FOUND, f"There is no item {ancestor}.")
        ancestor = parent.parent_id
