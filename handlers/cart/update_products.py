"""`update-products`: change the quantity and other fields of existing lines (001, Update products in cart)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.lines import MAX_ITEMS, LineDetails
from cartwright.wire.refusals import ErrorCode, Refusal, pointer
from cartwright.wire.schema import Id, Quantity
from handlers.kinds import Decision
from handlers.lines import LineChange, line_changes, misplaced
from handlers.needs import Context
from handlers.registry import command
from models.cart.cart import Cart, Item, without_gifts
from models.cart.forms import Document


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
def update_products(cart: Cart, data: UpdateProducts, context: Context) -> Decision:
    """Change what differs, in the given order."""
    changes: list[LineChange] = []
    refusals: list[Refusal] = []
    named: dict[str, tuple[int, ProductUpdate]] = {}
    find = _finder(cart)
    for index, update in enumerate(data.products):
        path = pointer("data", "products", index, "id")
        try:
            item = find(update.id, path)
            if item.id in named:
                raise Refusal.at(path, ErrorCode.INVALID, f"Item {item.id} is updated twice.", "duplicate-item")
            named[item.id] = index, update
            given = _given(update, data.product_recommendation_id)
            changes += line_changes(cart, item, given, context, ("products", index)) if given else ()
        except Refusal as refusal:
            refusals.append(refusal)
    refusals += _misplaced(cart, named)
    if refusals:
        raise Refusal.of(refusals)
    yield from changes


def _finder(cart: Cart) -> Callable[[str, str], Item]:
    """What finds the item that an update names; raises `Refusal` for one that is unknown or ambiguous."""
    by_id = {item.id: item for item in cart.items}
    by_offering: dict[str | None, list[Item]] = {}
    for item in without_gifts(cart.items):
        by_offering.setdefault(item.offering_id, []).append(item)

    def find(name: str, path: str) -> Item:
        matches = [by_id[name]] if name in by_id else by_offering.get(name, [])
        if not matches:
            raise Refusal.at(path, ErrorCode.ITEM_NOT_FOUND, f"There is no item {name}.")
        if len(matches) > 1:
            raise Refusal.at(path, ErrorCode.INVALID, f"Several items have the offering {name}.", "ambiguous-item")
        return matches[0]

    return find


def _given(update: ProductUpdate, recommendation: str | None) -> Document:
    """The given fields under their wire names."""
    given: Document = update.details() if update.model_fields_set - NOT_DETAILS else {}
    if update.quantity is not None:
        given["quantity"] = update.quantity
    if _moves(update):
        given["parentId"] = update.parent_id
    if recommendation is not None:
        given["productRecommendationId"] = recommendation
    return given


def _misplaced(cart: Cart, named: Mapping[str, tuple[int, ProductUpdate]]) -> Iterable[Refusal]:
    """Why lines can't hang where they would, when all of them have moved."""
    moved = {
        item_id: pointer("data", "products", index, "parentId")
        for item_id, (index, update) in named.items()
        if update.parent_id is not None
    }
    if not moved:
        return ()
    parents = {item.id: item.parent_id for item in cart.items}
    parents |= {item_id: update.parent_id for item_id, (_, update) in named.items() if _moves(update)}
    return misplaced(parents, moved).values()


def _moves(update: ProductUpdate) -> bool:
    return "parent_id" in update.model_fields_set
