"""The fields that carts can be searched by: their types, and where a cart has them (contract, "Queries")."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cartwright.wire.header import Reference
from cartwright.wire.nearness import suggestion
from cartwright.wire.schema import NAME
from models.cart.cart import Cart
from models.cart.keys import lookup_keys

SearchValue = str | int | datetime
Getter = Callable[[Cart], Iterable[SearchValue]]
"""The values that a cart has for a field, without those that are missing."""


class FieldType(StrEnum):
    """What a field is compared with."""

    TEXT = "a string"
    INTEGER = "an integer"
    TIME = "a time"
    AMOUNT = "an amount as a string"


@dataclass(frozen=True, slots=True)
class SearchField:
    """A field by its name in filters; fields of one name are the same.

    `many`: a cart may have several values. `indexed`: an index serves it, so it may be the only one in a filter.
    """

    name: str
    type: FieldType
    values: Getter = field(compare=False)
    many: bool = False
    indexed: bool = False


KEY_PREFIX = "keys."
_KEY_NAME = re.compile(NAME)


def field_named(name: str) -> SearchField | None:
    """The field with this name; a key's is `keys.` and the name of the key, if a cart can have one of that name."""
    if name.startswith(KEY_PREFIX):
        key = name.removeprefix(KEY_PREFIX)
        return _key(key) if _KEY_NAME.fullmatch(key) else None
    return FIELDS.get(name)


def no_such_field(name: str, known: Iterable[str]) -> str:
    """What to say of a field that is not one of these, in sentences; keys are fields too."""
    names = [*known, f"{KEY_PREFIX}<name>"]
    return f"there is no field {name}.{suggestion(name, names)} There are {', '.join(names)}"


def _key(key: str) -> SearchField:
    return SearchField(
        f"{KEY_PREFIX}{key}", FieldType.TEXT, lambda cart: _given(lookup_keys(cart).get(key)), indexed=True
    )


def _given(value: SearchValue | None) -> tuple[SearchValue, ...]:
    return () if value is None else (value,)


def _id_of(reference: Reference | str | None) -> tuple[SearchValue, ...]:
    """The id of something that is named by id, by name or by both."""
    return _given(reference.id if isinstance(reference, Reference) else reference)


def _customer_id(cart: Cart) -> tuple[SearchValue, ...]:
    return _given(cart.header.customer.id if cart.header.customer else None)


def _user_type(cart: Cart) -> tuple[SearchValue, ...]:
    return _given(cart.header.customer.user_type if cart.header.customer else None)


def _updated(cart: Cart) -> tuple[datetime, ...]:
    return (cart.updated.at,)


_TEXT = FieldType.TEXT
FIELDS = {
    each.name: each
    for each in (
        SearchField("id", _TEXT, lambda cart: (cart.id,), indexed=True),
        SearchField("status", _TEXT, lambda cart: (cart.status.value,), indexed=True),
        SearchField("version", FieldType.INTEGER, lambda cart: (cart.version,)),
        SearchField("currency", _TEXT, lambda cart: (cart.currency,)),
        SearchField("country", _TEXT, lambda cart: _given(cart.header.country)),
        SearchField("locale", _TEXT, lambda cart: _given(cart.header.locale)),
        SearchField("storeId", _TEXT, lambda cart: _given(cart.header.store_id)),
        SearchField("storeHostname", _TEXT, lambda cart: _given(cart.header.store_hostname)),
        SearchField("source", _TEXT, lambda cart: _given(cart.header.source)),
        SearchField("scenario", _TEXT, lambda cart: _given(cart.header.scenario)),
        SearchField("externalContext", _TEXT, lambda cart: _given(cart.header.external_context)),
        SearchField("paymentMethod", _TEXT, lambda cart: _given(cart.header.payment_method)),
        SearchField("productRecoId", _TEXT, lambda cart: _given(cart.header.product_reco_id)),
        SearchField("catalogId", _TEXT, lambda cart: _given(cart.header.catalog_id)),
        SearchField(
            "endUser.id", _TEXT, lambda cart: _given(cart.header.end_user.id if cart.header.end_user else None)
        ),
        SearchField("channel.id", _TEXT, lambda cart: _id_of(cart.header.channel)),
        SearchField("place.id", _TEXT, lambda cart: _id_of(cart.header.place)),
        SearchField("marketSegment.id", _TEXT, lambda cart: _id_of(cart.header.market_segment)),
        SearchField("customer.id", _TEXT, _customer_id, indexed=True),
        SearchField("customer.userType", _TEXT, _user_type),
        SearchField("createdAt", FieldType.TIME, lambda cart: (cart.created.at,), indexed=True),
        SearchField("updatedAt", FieldType.TIME, _updated, indexed=True),
        SearchField(
            "items.offeringId",
            _TEXT,
            lambda cart: [item.offering_id for item in cart.items if item.offering_id is not None],
            many=True,
            indexed=True,
        ),
        SearchField("items.action", _TEXT, lambda cart: [item.action for item in cart.items], many=True),
        SearchField(
            "containers.category",
            _TEXT,
            lambda cart: [each.category for each in cart.containers if each.category is not None],
            many=True,
        ),
        SearchField("promotions.id", _TEXT, lambda cart: [each.id for each in cart.pricing.promotions], many=True),
        SearchField("vouchers.code", _TEXT, lambda cart: [each.code for each in cart.pricing.vouchers], many=True),
        SearchField("dueNow.payable", FieldType.AMOUNT, lambda cart: (cart.pricing.due_now.payable,)),
    )
}
"""All fields but the keys, by name."""
