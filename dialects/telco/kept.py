"""What a cart, a container or an item keeps of what was sent: all that has no home in it, or only part of one."""

from collections.abc import Mapping

from cartwright.wire.extensions import read_kept
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


def kept(part: Cart | Container | Item) -> Mapping[str, object]:
    """What a part of a cart keeps of what this dialect's clients sent."""
    return read_kept((part.header if isinstance(part, Cart) else part).extensions, TELCO)
