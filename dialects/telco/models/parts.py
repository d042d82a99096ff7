"""What the document's objects may hold, as far as a cart reads them; all else in them is kept as sent.

Texts may be empty, which says the same as null: clients send every name. What the system fills in is not read.
"""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.lines import MAX_CONTAINERS, MAX_ITEMS
from cartwright.wire.notes import MAX_NOTES
from cartwright.wire.schema import Model

Text = Annotated[str, Field(max_length=2000)]
Number = int | Decimal
Value = Text | bool | int | Decimal
"""A value of a characteristic or attribute."""
MAX_PARTS = 200
"""Of most lists."""


class Part(Model):
    """Base of the document's objects: an unknown field is no mistake, it is kept."""

    model_config = ConfigDict(extra="ignore")


class Named(Part):
    """A channel, place, segment, category, offering or account: known by id, by name, or by both."""

    id: Text | None = None
    name: Text | None = None


def _form(given: object) -> str:
    return "list" if isinstance(given, list) else "object"


OneOrListed = Annotated[
    Annotated[Named, Tag("object")] | Annotated[list[Named], Field(max_length=MAX_PARTS), Tag("list")],
    Discriminator(_form),
]
"""An object, as the sample has it, or a list of which the first one counts."""


class Channel(Named):
    """A channel or place: "either channel.id or channel.name is mandatory"."""

    @model_validator(mode="after")
    def _named(self) -> "Channel":
        if not self.id and not self.name:
            raise PydanticCustomError("missing", "give an id or a name")
        return self


class Period(Part):
    """From when until when; times that are only kept stay as sent."""

    start_date_time: Text | None = None
    end_date_time: Text | None = None


class Valued(Part):
    """A characteristic or attribute: a value under a name."""

    name: Text | None = None
    value: Value | None = None


class Party(Named):
    """Somebody who has to do with the cart or a product."""

    role: Text | None = None


class Place(Named):
    """Where a product is used."""

    role: Text | None = None
    address: Text | None = None


class ContactMedium(Part):
    """A way to reach the customer."""

    preferred: bool | None = None
    medium_type: Text | None = None
    valid_for: Period | None = None
    characteristic: Annotated[dict[str, Value | None], Field(max_length=MAX_PARTS)] | None = None


class Note(Part):
    """What somebody wrote about an item or a container."""

    id: Text | None = None
    author: Text | None = None
    text: Text | None = None


class Duration(Part):
    """How long a term lasts."""

    amount: Annotated[int, Field(ge=0, le=10_000)] | None = None
    units: Text | None = None


class ItemTerm(Part):
    """A term that the item is subject to."""

    name: Text | None = None
    description: Text | None = None
    duration: Duration | None = None


class Relationship(Part):
    """A tie to another item."""

    id: Text | None = None
    relationship_type: Text | None = None


class Product(Part):
    """The customer's product that an item is about, or what the new one is to be."""

    id: Text | None = None
    product_characteristic: Annotated[list[Valued], Field(max_length=MAX_PARTS)] | None = None
    billing_account: Named | None = None
    place: Annotated[list[Place], Field(max_length=MAX_PARTS)] | None = None
    related_party: Annotated[list[Party], Field(max_length=100)] | None = None


class CartItem(Part):
    """A line of a container."""

    id: Text | None = None
    action: Literal["add", "modify", "delete", "noChange", "keep", "terminate", "swap", ""] | None = None
    quantity: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    bundle_parent_id: Text | None = None
    product_offering: Named | None = None
    product: Product | None = None
    item_term: Annotated[list[ItemTerm], Field(max_length=20)] | None = None
    cart_item_relationship: Annotated[list[Relationship], Field(max_length=100)] | None = None
    note: Annotated[list[Note], Field(max_length=MAX_NOTES)] | None = None
    additional_attributes: Annotated[list[Valued], Field(max_length=MAX_PARTS)] | None = None


class OfferContainer(Part):
    """A group of items of one category, sold in one process."""

    id: Text | None = None
    process_context: Text | None = None
    portfolio_id: Text | None = None
    category: OneOrListed | None = None
    note: Annotated[list[Note], Field(max_length=MAX_NOTES)] | None = None
    cart_item: Annotated[list[CartItem], Field(max_length=MAX_ITEMS)] | None = None
    additional_attributes: Annotated[list[Valued], Field(max_length=MAX_PARTS)] | None = None


class Adjustment(Part):
    """Money that lowers what is payable now."""

    id: Text | None = None
    type: Literal["giftCard", "wallet", "voucher", "downPayment"]
    reference_id: Text | None = None
    amount: Number | None = None
    name: Text | None = None
    details: Annotated[list[Valued], Field(max_length=MAX_PARTS)] | None = None


class ShoppingCart(Part):
    """The cart that `create-shopping-cart` takes."""

    id: Text | None = None
    status: Literal["ACTIVE", "SUBMITTED", "ABONDONED", "EXPIRED", "QUOTE_CREATED", ""] | None = None
    unique_id: Text | None = None
    channel: Channel | None = None
    place: Named | None = None
    market_segment: Named | None = None
    valid_for: Period | None = None
    contact_medium: Annotated[list[ContactMedium], Field(max_length=100)] | None = None
    related_party: Annotated[list[Party], Field(max_length=100)] | None = None
    offer_container: Annotated[list[OfferContainer], Field(max_length=MAX_CONTAINERS)] | None = None
    additional_attributes: Annotated[list[Valued], Field(max_length=MAX_PARTS)] | None = None
    non_recurring_price_adjustment: Annotated[list[Adjustment], Field(max_length=100)] | None = None


class Containers(Part):
    """The body of the operations on containers."""

    offer_container: Annotated[list[OfferContainer], Field(min_length=1, max_length=MAX_CONTAINERS)]


class Items(Part):
    """The body of the operations on items."""

    cart_item: Annotated[list[CartItem], Field(max_length=MAX_ITEMS)]


class Move(Part):
    """What `modify-channel-and-place` may say besides the parameters."""

    channel: Channel | None = None
    place: Channel | None = None
    offer_auto_removal: bool | None = None
    promo_auto_removal: bool | None = None
