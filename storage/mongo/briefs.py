"""Briefs of carts in MongoDB: a few fields of their documents, and what is written into these for briefs only.

A brief names the offerings of all lines. To gather them from the lines takes the server and the worker several times as
long as to read one text, so each cart is stored with that text. A cart from before that is read whole.
"""

from collections.abc import Mapping
from typing import Any

from cartwright.wire.status import CartStatus
from models.cart.brief import BriefTotal, CartBrief, intricate, offering_ids
from models.cart.cart import Cart
from models.cart.forms import Document
from models.cart.keys import AGREEMENT_ID
from storage.mongo.forms import VERSION

BRIEF = "brief"
"""The field of a cart's document that holds what only briefs need."""
_SEPARATOR = " "
"""No id holds a space."""

FIELDS: Mapping[str, int] = dict.fromkeys(
    [
        VERSION,
        "tenant",
        "cartId",
        "version",
        "status",
        BRIEF,
        "header.country",
        "header.currency",
        "header.forcedCurrency",
        f"header.keys.{AGREEMENT_ID}",
        "header.billCycleDay",
        "pricing",
        "chosenPromotions.id",
        "heldVouchers",
        "lock.until",
        "frozenUntil",
        "totals.type",
        "totals.period",
        "totals.gross",
        "dueNow.gross",
        "dueNow.adjustments",
        "dueNow.rounding",
    ],
    1,
)
"""The projection of a document that `read_brief` reads."""


def write_brief(cart: Cart) -> Document:
    """What only briefs need."""
    offerings = _SEPARATOR.join(offering_ids(cart))
    return {"offerings": offerings, "intricate": True} if intricate(cart) else {"offerings": offerings}


def read_brief(document: Document) -> CartBrief:
    """The brief in a document that was written with one."""
    header, stamp, due, own = document["header"], document["pricing"], document["dueNow"], document[BRIEF]
    totals: list[Any] = document["totals"]
    return CartBrief(
        cart_id=document["cartId"],
        version=document["version"],
        status=_STATUSES[document["status"]],
        currency=header.get("forcedCurrency") or header["currency"],
        country=header.get("country") or "",
        revision=stamp["catalogRevision"],
        priced_at=stamp["pricedAt"],
        offering_ids=tuple(own["offerings"].split()),
        chosen_promotions=tuple([each["id"] for each in document["chosenPromotions"]]),
        vouchers=tuple(document.get("heldVouchers", ())),
        agreement_id=header.get("keys", _NOTHING).get(AGREEMENT_ID),
        prorated=header.get("billCycleDay") is not None,
        intricate=own.get("intricate", False),
        locked_until=document.get("lock", _NOTHING).get("until"),
        frozen_until=document.get("frozenUntil"),
        totals=tuple([BriefTotal(each["type"], each["period"], each["gross"]) for each in totals]),
        payable=due["gross"] - due["adjustments"] + due["rounding"],
    )


_NOTHING: Document = {}
_STATUSES = {each.value: each for each in CartStatus}
