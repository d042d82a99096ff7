"""Line items and containers as plain fields under wire names: as changes, documents and replies hold them."""

from collections.abc import Mapping
from typing import Any

from models.cart.cart import Container, Item, Price

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
