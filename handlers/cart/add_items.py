"""`add-items`: add line items, also into containers (002, Add Items; 003, Add Product; 004, Add Items to Cart)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.lines import MAX_ITEMS, NewItem
from cartwright.wire.schema import Id
from handlers.admission import admit_items
from handlers.needs import Context
from handlers.registry import command
from models.cart.cart import Cart
from models.changes.change import Change


class AddItems(CommandData):
    """The items to add, and the container for those that name none."""

    model_config = example({"containerId": "k-1", "items": [{"id": "i-2", "offeringId": "headset", "quantity": 1}]})

    container_id: Id | None = None
    """The container for items that name none."""
    items: Annotated[list[NewItem], Field(min_length=1, max_length=MAX_ITEMS)]
    """The items to add."""


@command("add-items", AddItems)
def add_items(cart: Cart, data: AddItems, context: Context) -> Iterator[Change]:
    """Admit the items."""
    yield from admit_items(cart, data.items, context, data.container_id)
