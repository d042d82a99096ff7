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
        """The item, and the parent and container that it hangs on."""
        anchors = {f"item:{self.item.get('parentId')}", f"container:{self.item.get('containerId')}"}
        return frozenset({f"item:{self.item_id}"} | (anchors - {"item:None", "container:None"}))


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
        """The item."""
        return frozenset({f"item:{self.item_id}"})


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
        """The item, and the parent and the container that it comes to hang on."""
        anchors = {f"item:{self.after.get('parentId')}", f"container:{self.after.get('containerId')}"}
        return frozenset({f"item:{self.item_id}"} | (anchors - {"item:None", "container:None"}))
