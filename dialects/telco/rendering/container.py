"""An offer container in the words of the document, with its items in it."""

from collections.abc import Sequence

from dialects.telco import blank, canonical
from dialects.telco.blank import filled
from dialects.telco.kept import kept
from dialects.telco.rendering.item import Parts, notes, shown_item
from dialects.telco.rendering.merging import one, valued
from dialects.telco.rendering.moved import ChangedByRules
from dialects.telco.rendering.prices import total_prices
from models.cart.cart import Container, Item
from models.cart.forms import Document

NO_CONTAINER = Container("")
"""Stands in for the container of items that have none; it has no id."""


def render_container(container: Container, items: Sequence[Item], parts: Parts, changed: ChangedByRules) -> Document:
    """One of `offerContainer`, with every name of the sample."""
    sent, container_id = kept(container), container.id or None
    changes = parts.moved.among(items)
    prices = parts.prices
    return filled(
        blank.CONTAINER,
        sent,
        {
            "id": container_id,
            "processContext": container.process_context,
            "note": notes(sent.get("note"), container.notes),
            "cartItem": [shown_item(item, parts) for item in items],
            "offerContainerTotalPrice": total_prices(
                [each for item in items for each in prices.of_item[item.id]], prices
            ),
            "promotions": parts.promotions.of_container(container_id, items),
            "changedItemsBySCRule": changed.of(container_id),
            "category": one(
                canonical.first(sent.get("category")), _named(container.category), _category, blank.CATEGORY
            ),
            "itemPriceChanged": changes,
            "isCartItemPriceChanged": bool(changes),
            "portfolioId": container.portfolio_id,
            "additionalAttributes": valued(sent.get("additionalAttributes"), container.attributes, blank.ATTRIBUTE),
        },
    )


def _category(sent: object) -> Document | None:
    return _named(canonical.category(sent))


def _named(category: str | None) -> Document | None:
    return None if category is None else {"id": category}
