"""A cart as requests describe it (PrivateCartInput), as the data of `create-cart`."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from cartwright.wire.header import Flags
from dialects.currencies import currency_of
from dialects.subscription_shop.lines import new_lines
from dialects.subscription_shop.names import DIALECT_NAME, HEADER, KEPT
from dialects.subscription_shop.reading import fits
from dialects.subscription_shop.requests import CartInput
from models.cart.forms import Document
from models.cart.keys import SUBSCRIPTION_ID

_FLAGS: TypeAdapter[Any] = TypeAdapter(Flags)


def cart_data(given: CartInput, where: str, day: date | None) -> Document:
    """The data of `create-cart`. `where` is the place of the cart in the call; `day` tells the country's currency.

    Without a forced currency the cart is in that of the country; if the country has none, in the tenant's.
    """
    sent = given.model_dump(by_alias=True, exclude_none=True)
    data: Document = {name: sent[name] for name in HEADER if name in sent}
    kept: Document = {name: sent[name] for name in KEPT if name in sent}
    currency = currency_of(given.country, day) or given.forced_currency
    if currency is not None:
        data["currency"] = currency
    if given.subscription is not None:
        data["keys"] = {SUBSCRIPTION_ID: given.subscription}
    if given.enduser_id is not None:
        data["endUser"] = {"id": given.enduser_id}
    for name in ("consentFlags", "flags"):
        if name in sent:
            (data if sent[name] and fits(_FLAGS, sent[name]) else kept)[name] = sent[name]
    if kept:
        data["extensions"] = {DIALECT_NAME: kept}
    return {**data, "items": new_lines(given.wanted_products, f"{where}/wantedProducts")}


def cart_places(given: CartInput, where: str) -> Mapping[str, str]:
    """Where the call has what `create-cart` has under another name."""
    lines = range(len(given.wanted_products))
    return {
        "": where,
        "/currency": f"{where}/country",
        f"/keys/{SUBSCRIPTION_ID}": f"{where}/Subscription Id",
        "/endUser/id": f"{where}/enduserId",
        f"/extensions/{DIALECT_NAME}": where,
        **{f"/items/{line}": f"{where}/wantedProducts/{line}" for line in lines},
        **{f"/items/{line}/offeringId": f"{where}/wantedProducts/{line}/id" for line in lines},
        **{f"/items/{line}/extensions/{DIALECT_NAME}": f"{where}/wantedProducts/{line}" for line in lines},
    }
