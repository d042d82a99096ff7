"""What a cart, a container or an item keeps of what was sent: all that has no home in it, or only part of one."""

from collections.abc import Callable, Iterable, Mapping

from cartwright.wire.extensions import read_kept
from cartwright.wire.merging import Merged
from dialects.telco.blank import Blank, is_blank
from models.cart.cart import Cart, Container, Item
from models.cart.forms import Document

TELCO = "telco"
SYSTEM = frozenset(
    {
        "createdBy",
        "createdOn",
        "updatedBy",
        "updatedOn",
        "promotions",
        "itemPriceChanged",
        "isCartItemPriceChanged",
    }
)
"""What the system fills in, on every level."""
OF_CART = SYSTEM | {
    "id",
    "uniqueId",
    "offerContainer",
    "status",
    "agentId",
    "userId",
    "userType",
    "validityToken",
    "cartTotalPrice",
    "changedItemsBySCService",
    "isAmendment",
    "scSignature",
}
"""Fields of a cart that are not kept: they have a home, or the system fills them in."""
OF_CONTAINER = SYSTEM | {
    "id",
    "cartItem",
    "processContext",
    "portfolioId",
    "offerContainerTotalPrice",
    "changedItemsBySCRule",
}
OF_ITEM = SYSTEM | {
    "id",
    "action",
    "quantity",
    "status",
    "bundleParentId",
    "itemPrice",
    "itemTotalPrice",
    "customizedPrice",
    "addedBySCRuleEngine",
    "addedByPromotion",
    "amendmentAllowed",
}
PRODUCT = "product"
REFERENCES = frozenset({"category", "productOffering"})
"""Objects that name something by its id."""
STAYING = REFERENCES | {"note"}
"""What a part of a cart still has where null is sent for it."""
Keeping = Callable[[Mapping[str, object], frozenset[str], Blank], Document]
"""How what is kept of a part becomes the field `extensions` of a canonical command."""


def extensions(sent: Mapping[str, object], without: frozenset[str], names: Blank) -> Document:
    """The field `extensions` of a canonical command, if there is anything to keep.

    Names without anything under them are not kept: they are shown again anyway.
    """
    keeping = {
        name: value
        for name, value in sent.items()
        if name not in without and not (name in names and is_blank(value, names[name]))
    }
    return {"extensions": {TELCO: keeping}} if keeping else {}


def merged_extensions(sent: Mapping[str, object], without: frozenset[str], names: Blank) -> Document:
    """The field `extensions` for a part that may be there: what is sent empty is kept no longer, the rest stays."""
    fields: Document = {}
    for name, value in sent.items():
        empty = value is None or (name in names and is_blank(value, names[name]))
        if name not in without and not (empty and _stays(name, value)):
            fields[name] = None if empty and not isinstance(value, Mapping) else value
    return merging(fields, [name for name, value in fields.items() if _completes(name, value)])


def _stays(name: str, value: object) -> bool:
    """Whether what is sent empty leaves what is there."""
    return value == {} or (name in STAYING and value != [])


def _completes(name: str, value: object) -> bool:
    """Whether an object may say more of what was sent before: of the item's product, or of what has the same id."""
    return name == PRODUCT or (name in REFERENCES and isinstance(value, Mapping) and bool(value.get("id")))


def merging(fields: Mapping[str, object], within: Iterable[str]) -> Document:
    """The field `extensions` that sets these fields (`Merged`), if there are any."""
    return {"extensions": {TELCO: Merged(fields, within)}} if fields else {}


def kept(part: Cart | Container | Item) -> Mapping[str, object]:
    """What a part of a cart keeps of what this dialect's clients sent."""
    return read_kept((part.header if isinstance(part, Cart) else part).extensions, TELCO)
