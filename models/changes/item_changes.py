"""Changes of line items and containers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import Field

from cartwright.models.cart import Cart, Container, Item, Price
from cartwright.models.changes import Change, change, replace_item


@change("item-added")
class ItemAdded(Change):
    """A line item came in; `item` holds its fields without prices."""

    item_id: str
    item: dict[str, Any]

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
    offering_id: str | None = None

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
    before: int = Field(alias="from")
    after: int = Field(alias="to")

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
    before: dict[str, Any] = Field(alias="from")
    after: dict[str, Any] = Field(alias="to")

    def apply(self, cart: Cart) -> Cart:
        """Set the fields."""
        return replace(
            cart,
            items=tuple(
                read_item({**write_item(item), **self.after}, item.prices) if item.id == self.item_id else item
                for item in cart.items
            ),
        )

    def touches(self) -> frozenset[str]:
        """The item, and the parent that it comes to hang on."""
        names = {f"item:{self.item_id}", f"item:{self.after.get('parentId')}"}
        return frozenset(names - {"item:None"})


@change("container-added")
class ContainerAdded(Change):
    """An offer container came in."""

    container_id: str
    container: dict[str, Any]

    def apply(self, cart: Cart) -> Cart:
        """Append the container."""
        return replace(cart, containers=(*cart.containers, read_container(self.container)))

    def touches(self) -> frozenset[str]:
        """The container."""
        return frozenset({f"container:{self.container_id}"})


@change("container-removed")
class ContainerRemoved(Change):
    """An offer container went out; its items are removed by changes of their own."""

    container_id: str

    def apply(self, cart: Cart) -> Cart:
        """Drop the container."""
        return replace(cart, containers=tuple(each for each in cart.containers if each.id != self.container_id))

    def touches(self) -> frozenset[str]:
        """The container."""
        return frozenset({f"container:{self.container_id}"})


_ITEM_FIELDS = {
    "id": "id",
    "offeringId": "offering_id",
    "quantity": "quantity",
    "containerId": "container_id",
    "parentId": "parent_id",
    "productId": "product_id",
    "action": "action",
    "status": "status",
    "term": "term",
    "characteristics": "characteristics",
    "addedBy": "added_by",
}


def write_item(item: Item) -> dict[str, Any]:
    """A line item without its prices, flat, under wire names; what is null is left out."""
    fields = {wire: value for wire, name in _ITEM_FIELDS.items() if (value := getattr(item, name)) is not None}
    return {**fields, **item.details}


_NOTHING: Mapping[str, Any] = {}
"""One for all lines: thousands of carts are kept in memory, and most of their lines have nothing to say here."""


def read_item(wire: dict[str, Any], prices: tuple[Price, ...] = ()) -> Item:
    """The line item that `write_item` wrote, with these prices; whatever is no field of `Item` is a detail."""
    fields = {name: wire[key] for key, name in _ITEM_FIELDS.items() if key in wire}
    details = {key: value for key, value in wire.items() if key not in _ITEM_FIELDS and value is not None}
    fields.setdefault("offering_id", None)
    if not fields.get("characteristics"):
        fields["characteristics"] = _NOTHING
    return Item(**fields, details=details or _NOTHING, prices=prices)


def write_container(container: Container) -> dict[str, Any]:
    """A container under wire names."""
    return {
        "id": container.id,
        "category": container.category,
        "processContext": container.process_context,
        "portfolioId": container.portfolio_id,
        "attributes": dict(container.attributes),
    }


def read_container(wire: dict[str, Any]) -> Container:
    """The container that `write_container` wrote."""
    return Container(wire["id"], wire["category"], wire["processContext"], wire["portfolioId"], wire["attributes"])
