"""The carrier's request in its own field names (004, Add Items to Cart); what it does not know of is kept."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from cartwright.wire.lines import MAX_ITEMS, Action
from cartwright.wire.schema import Id, Key, Model, ShortText, Text
from dialects.reading import CallParameters

OrderAction = Literal["noChange", "terminate", "swap;add", "add"]
ACTIONS: Mapping[OrderAction, Action] = {
    "noChange": "no-change",
    "terminate": "terminate",
    "swap;add": "swap",
    "add": "add",
}


class OrderPart(Model):
    """Base of the parts of an order."""

    model_config = ConfigDict(extra="allow")

    def sent(self) -> dict[str, object]:
        """All fields as they were sent."""
        return self.model_dump(by_alias=True, exclude_unset=True)

    @property
    def unknown(self) -> dict[str, object]:
        """The fields that are kept as sent, for want of a meaning here."""
        own = dict(self.model_extra or {})
        for name, field in type(self).model_fields.items():
            part = getattr(self, name)
            if isinstance(part, OrderPart) and (below := part.unknown):
                own[field.alias or name] = below
        return own


class BillingAccount(OrderPart):
    """The account that a line is billed to."""

    rating_type: ShortText | None = None
    """How it is rated, e.g. `postpaid`."""
    id: Id | None = None
    """The account's id."""


class OrderReason(OrderPart):
    """Why a product changes."""

    reason_text: Text | None = None
    """The reason in words."""
    name: ShortText | None = None
    """The reason's name."""
    action: ShortText | None = None
    """The action that it is for."""


class OrderPlace(OrderPart):
    """Where a product is used."""

    id: Id | None = None
    """The id."""
    name: ShortText | None = None
    """The name."""
    role: ShortText | None = None
    """What the place is to the product."""


class OrderProduct(OrderPart):
    """The customer's product that a line is about."""

    id: Id | None = None
    """The product's id."""
    primary_product_id: Id | None = None
    """The product that it belongs to."""
    place: Annotated[list[OrderPlace], Field(max_length=20)] = Field(default_factory=list)
    """Where it is used; lines have the first place, the others are kept."""

    @property
    def unknown(self) -> dict[str, object]:
        """Further places besides."""
        whole = len(self.place) > 1 or any(each.model_extra for each in self.place)
        places = {"place": [each.sent() for each in self.place]} if whole else {}
        return {**super().unknown, **places}


def _as_text(given: object) -> object:
    """Numbers and truth values as texts; anything else is looked at as it is."""
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, int | Decimal):
        return f"{given:f}" if isinstance(given, Decimal) else str(given)
    return given


class OrderCharacteristic(OrderPart):
    """One characteristic."""

    name: Key
    """The name."""
    value: Annotated[Text, BeforeValidator(_as_text)]
    """The value; lines have it as a text."""


class OrderItem(OrderPart):
    """One item of the order."""

    action: OrderAction
    """What the order does with the product."""
    product_offering_type: ShortText | None = None
    """The kind of offering; pairs of a swap are of one kind."""
    product_offering_id: Id | None = None
    """The offering."""
    product_order_item_id: Id | None = None
    """The item's id."""
    root_bundle_product_order_item_id: Id | None = None
    """The item that it hangs on."""
    billing_account: BillingAccount | None = None
    """The account that it is billed to."""
    subscriber_number: Id | None = None
    """The subscriber's number."""
    action_reason: OrderReason | None = None
    """Why."""
    product: OrderProduct | None = None
    """The customer's product."""
    characteristic: Annotated[list[OrderCharacteristic], Field(max_length=200)] = Field(default_factory=list)
    """Values of the offering's characteristics."""

    @property
    def unknown(self) -> dict[str, object]:
        """Characteristics of which more is said than name and value besides."""
        more = [each.sent() for each in self.characteristic if each.model_extra]
        return {**super().unknown, **({"characteristic": more} if more else {})}


class OrderItems(OrderPart):
    """The body."""

    items: Annotated[list[OrderItem], Field(min_length=1, max_length=MAX_ITEMS)]
    """The items to add."""


class CartParameters(CallParameters):
    """The path of the request."""

    cart_id: Id | None = None
    """The cart; if absent, the one that the header `cart-id` names."""
