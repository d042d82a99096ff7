"""Changes of line items."""

from dataclasses import replace

from pydantic import Field

from models.cart.cart import Cart
from models.cart.forms import Document
from models.cart.item_fields import read_item, write_item
from models.changes.change import Change, change, replace_item, with_item


@change("item-added")
class ItemAdded(Change):
    """A line item came in; `item` holds its fields without prices."""

    item_id: str
    """The item's id."""
    item: Document
    """The item's fields, without prices."""

    def apply(self, cart: Cart) -> Cart:
        """Append the item."""
        return replace(cart, items=(*cart.items, read_item(self.item)))

    def touches(self) -> frozenset[str]:
        """The item, the parent that it hangs on, and its place in the container."""
        return _hung(self.item_id, self.item)


@change("item-removed")
class ItemRemoved(Change):
    """A line item went out."""

    item_id: str
    """The item's id."""
    offering_id: str | None = None
    """The item's offering."""

    def apply(self, cart: Cart) -> Cart:
        """Drop the item."""
        return replace(cart, items=tuple(item for item in cart.items if item.id != self.item_id))

    def touches(self) -> frozenset[str]:
        """The item, and all that is about it."""
        return frozenset({f"item:{self.item_id}", f"item:{self.item_id}:*"})


@change("quantity-changed")
class QuantityChanged(Change):
    """A line item's quantity changed."""

    item_id: str
    """The item's id."""
    before: int = Field(alias="from")
    """The quantity before."""
    after: int = Field(alias="to")
    """The quantity after."""

    def apply(self, cart: Cart) -> Cart:
        """Set the quantity."""
        return replace_item(cart, self.item_id, quantity=self.after)

    def touches(self) -> frozenset[str]:
        """The item."""
        return frozenset({f"item:{self.item_id}"})


@change("item-changed")
class ItemChanged(Change):
    """Fields of a line item other than its quantity changed; a null removes a detail."""

    item_id: str
    """The item's id."""
    before: Document = Field(alias="from")
    """The changed fields before."""
    after: Document = Field(alias="to")
    """The changed fields after; null means removed."""

    def apply(self, cart: Cart) -> Cart:
        """Set the fields."""
        return with_item(cart, self.item_id, lambda item: read_item({**write_item(item), **self.after}, item.prices))

    def touches(self) -> frozenset[str]:
        """The item, the parent that it comes to hang on, its place in the container that it comes into, its notes."""
        notes = {f"item:{self.item_id}:note:*"} if "notes" in self.after else set()
        return _hung(self.item_id, self.after) | notes


def _hung(item_id: str, fields: Document) -> frozenset[str]:
    names = {f"item:{item_id}"}
    if (parent := fields.get("parentId")) is not None:
        names.add(f"item:{parent}")
    if (container := fields.get("containerId")) is not None:
        names.add(f"container:{container}:item:{item_id}")
    return frozenset(names)
