"""What tests of the telco dialect share: its samples, its shop, and how to compare carts."""

import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from support.shop import OFFERINGS, PRICES, TAXES

SAMPLES = Path(__file__).parents[1] / "samples" / "telco"
PROMOTIONS = [
    {"id": "item-off", "name": "Item off", "level": "item", "benefits": [{"kind": "percent", "value": "10"}]},
    {
        "id": "container-off",
        "level": "container",
        "benefits": [{"kind": "fixed", "amount": "3.00", "currency": "EUR"}],
    },
    {"id": "cart-off", "level": "cart", "benefits": [{"kind": "fixed", "amount": "2.00", "currency": "EUR"}]},
]
"""One for each level, for carts of the segment `residential` only."""
for _each in PROMOTIONS:
    _each["conditions"] = [{"kind": "segment", "segments": ["residential"]}]
DEFAULTS = {"country": "FR", "currency": "EUR", "locale": "fr-FR"}
ROWS: dict[str, list[dict[str, Any]]] = {
    "offerings": OFFERINGS,
    "prices": PRICES,
    "taxes": TAXES,
    "promotions": PROMOTIONS,
    "configuration": [{"defaults": DEFAULTS}],
}
"""The catalog of a telco shop, by kind of rows."""
FILLED_BY_THE_SYSTEM = frozenset(
    {
        "createdBy",
        "createdOn",
        "updatedBy",
        "updatedOn",
        "isCartItemPriceChanged",
        "itemPriceChanged",
        "itemPrice",
        "itemTotalPrice",
        "offerContainerTotalPrice",
        "cartTotalPrice",
        "changedItemsBySCRule",
        "changedItemsBySCService",
        "customizedPrice",
        "addedBySCRuleEngine",
        "addedByPromotion",
        "amendmentAllowed",
        "agentId",
        "userId",
        "userType",
        "status",
        "validityToken",
        "isAmendment",
        "scSignature",
    }
)
"""Fields of carts, containers and items, and of notes, whose values are the system's."""


def sample(name: str, fraction: Callable[[str], object] = Decimal) -> Any:
    """A sample, its fractions read so."""
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"), parse_float=fraction)


def container(*items: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """An offer container of mobile products with these items."""
    return {"id": "k-1", "category": {"id": "mobile"}, "processContext": "new", "cartItem": [*items], **fields}


def item(offering: str, own_id: str, **fields: Any) -> dict[str, Any]:
    """A cart item of an offering."""
    return {"id": own_id, "action": "add", "quantity": 1, "productOffering": {"id": offering}, **fields}


def names(value: object, at: str = "") -> Iterator[str]:
    """The path of every name in a document; all elements of a list have the same."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield f"{at}/{name}"
            yield from names(each, f"{at}/{name}")
    elif isinstance(value, list):
        for each in value:
            yield from names(each, f"{at}[]")


def kinds(value: object, at: str = "") -> Iterator[tuple[str, str]]:
    """Path and JSON type of every value that is not null."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from kinds(each, f"{at}/{name}")
        yield at, "object"
    elif isinstance(value, list):
        for each in value:
            yield from kinds(each, f"{at}[]")
        yield at, "list"
    elif value is not None:
        yield at, "boolean" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"


def lost(sent: object, shown: object, at: str = "") -> Iterator[str]:
    """Every place at which something else comes back than was sent, but for what the system fills in."""
    if isinstance(sent, dict) and isinstance(shown, dict):
        for name, value in sent.items():
            if name not in FILLED_BY_THE_SYSTEM and not (name == "promotions" and "/product" not in at):
                yield from lost(value, shown.get(name, "nothing"), f"{at}/{name}")
    elif isinstance(sent, list) and isinstance(shown, list) and len(sent) == len(shown):
        for number, (one, other) in enumerate(zip(sent, shown, strict=True)):
            yield from lost(one, other, f"{at}/{number}")
    elif sent != shown:
        yield f"{at}: {sent!r} came back as {shown!r}"
