"""The head of a cart: who buys, where, through which channel, under which keys; typed, given by the caller."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Discriminator, Field, JsonValue, Tag, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.extensions import CartExtensions, Extensions
from cartwright.wire.policy import PricingChoice
from cartwright.wire.schema import Country, Currency, Id, Key, Locale, Model, Name, ShortText, Text, Time


class Reference(Model):
    """Something named by id, by name, or by both (channel, place)."""

    id: Id | None = None
    """The id."""
    name: ShortText | None = None
    """The name."""

    @model_validator(mode="after")
    def _named(self) -> "Reference":
        if self.id is None and self.name is None:
            raise PydanticCustomError("missing", "give an id, a name, or both")
        return self


def _form(value: object) -> str:
    return "object" if isinstance(value, dict | Reference) else "text"


MarketSegment = Annotated[Annotated[Reference, Tag("object")] | Annotated[Id, Tag("text")], Discriminator(_form)]
"""Named as a channel is, or by its id alone."""


class Customer(Model):
    """Who the cart belongs to; `user_type` is the caller's own term, e.g. `CUSTOMER` or `ANONYMOUS`, who has no id.

    `owned_offerings` are what the customer has already, as far as rules of ownership ask (003).
    """

    id: Id | None = None
    """The customer's id."""
    user_type: Name | None = None
    """The caller's own term for the kind of user, e.g. `CUSTOMER`."""
    owned_offerings: Annotated[list[Id], Field(max_length=10_000)] = Field(default_factory=list)
    """Offerings that the customer has already; rules of kind `owned-once` look at them."""


class TimePeriod(Model):
    """From `start_date_time` (inclusive) to `end_date_time` (exclusive); an absent end is open."""

    start_date_time: Time | None = None
    """When the period begins (inclusive); without it, it has always been running."""
    end_date_time: Time | None = None
    """When it ends (exclusive); without it, it never ends."""

    @model_validator(mode="after")
    def _ordered(self) -> "TimePeriod":
        if self.start_date_time and self.end_date_time and self.start_date_time >= self.end_date_time:
            raise PydanticCustomError("out-of-range", "a period must end after it starts")
        return self


Attributes = Annotated[dict[Key, Text], Field(max_length=200)]


class Contact(Model):
    """A way to reach the customer (002, contactMedium)."""

    id: Id
    """The contact's id."""
    medium_type: ShortText | None = None
    """What kind it is, e.g. `email` or `postal`."""
    characteristic: Attributes = Field(default_factory=dict)
    """The address or number, part by part, e.g. `emailAddress`."""
    preferred: bool | None = None
    """Whether the customer prefers it."""
    valid_for: TimePeriod | None = None
    """When it is valid."""


def _told_apart(contacts: tuple[Contact, ...]) -> tuple[Contact, ...]:
    if len({each.id for each in contacts}) < len(contacts):
        raise PydanticCustomError("duplicate-id", "two contacts have the same id")
    return contacts


MAX_CONTACTS = 100
Contacts = Annotated[tuple[Contact, ...], Field(max_length=MAX_CONTACTS, strict=False), AfterValidator(_told_apart)]


class RelatedParty(Model):
    """Somebody who has to do with a cart or a line (002, relatedParty)."""

    id: Id | None = None
    """The party's id."""
    role: ShortText | None = None
    """What the party is to it, e.g. `payer`."""
    name: ShortText | None = None
    """The party's name."""


Keys = Annotated[dict[Name, Id], Field(max_length=16)]
Flags = Annotated[dict[Name, bool], Field(max_length=64)]


class HeaderFields(Model):
    """The header fields that `create-cart` and `update-cart` share (001, Create an item; 002, Create Shopping Cart)."""

    country: Country | None = None
    """The country; it decides which taxes apply."""
    locale: Locale | None = None
    """The language and region for texts."""
    currency: Currency | None = None
    """The currency of all amounts of the cart."""
    forced_currency: Currency | None = None
    """A currency that the end user chose; the cart is priced in it."""
    store_id: Id | None = None
    """The store's id; `get-cart` finds the cart by it as by a key `storeId`."""
    store_hostname: ShortText | None = None
    """The store's host name."""
    customer: Customer | None = None
    """Who the cart belongs to."""
    end_user: Customer | None = None
    """Who will use the products, if somebody else."""
    agent_id: Id | None = None
    """The agent who works for the customer."""
    keys: Keys = Field(default_factory=dict)
    """Ids under which other systems know the cart, by name; `get-cart` finds it by any of them."""
    attributes: Attributes = Field(default_factory=dict)
    """Further values by name, kept as sent."""
    contacts: Contacts = ()
    """How to reach the customer."""
    related_parties: Annotated[tuple[RelatedParty, ...], Field(max_length=100, strict=False)] = ()
    """Who else has to do with the cart."""
    consent_flags: Flags = Field(default_factory=dict)
    """What the customer consented to, by name."""
    flags: Flags = Field(default_factory=dict)
    """Facts about the customer, by name; `firstOrder` is read by the condition `first-order`."""
    sales_flags: Annotated[tuple[Name, ...], Field(max_length=64, strict=False)] = ()
    """Marks for sales, kept as sent."""
    marketing_campaign_names: Annotated[tuple[ShortText, ...], Field(max_length=64, strict=False)] = ()
    """Names of the marketing campaigns that led here."""
    external_context: Text | None = None
    """Text of the caller's own, kept as sent."""
    scenario: ShortText | None = None
    """The scenario of the order workflow, e.g. `acquisition`."""
    source: ShortText | None = None
    """Where the cart comes from, e.g. `PURCHASE`."""
    block_discounts: bool | None = None
    """Whether promotions and vouchers are switched off for this cart."""
    hide_cross_sell: bool | None = None
    """Whether cross-sell recommendations are hidden; kept as sent."""
    hide_up_sell: bool | None = None
    """Whether up-sell recommendations are hidden; kept as sent."""
    use_strike_through_price: bool | None = None
    """Whether list prices are shown struck through; kept as sent."""
    product_reco_id: Id | None = None
    """The product recommendation that the cart comes from."""
    catalog_id: Id | None = None
    """The caller's catalog; kept as sent."""
    subscription_id: Id | None = None
    """The subscription that the cart is about; `get-cart` finds the cart by it as by a key `subscriptionId`."""
    payment_method: ShortText | None = None
    """How the customer pays; kept as sent."""
    bill_cycle_day: Annotated[int, Field(ge=1, le=31)] | None = None
    """The day of the month on which bills are made; prorated prices need it."""
    payment_parts: Annotated[int, Field(ge=1, le=120)] | None = None
    """Into how many installments the payable amount is split."""
    pricing_policy: PricingChoice | None = None
    """How this cart is rounded and split, where it differs from the tenant's policy."""
    validity: TimePeriod | None = None
    """When the cart is valid; kept as sent."""
    extensions: CartExtensions = Field(default_factory=dict)
    """What dialects keep with the cart, by dialect; each is replaced as a whole, null removes it. In changes they are
    JSON texts.
    """

    @property
    def kept(self) -> Extensions:
        """The extensions that there are."""
        return {name: text for name, text in self.extensions.items() if isinstance(text, str)}

    @property
    def customer_ids(self) -> tuple[str, ...]:
        """The customer's id, if it is given."""
        return (self.customer.id,) if self.customer is not None and self.customer.id else ()


class Whereabouts(Model):
    """Where a cart is sold: set when it is created, and changed by `move-cart` only (002, Modify Channel and Place)."""

    channel: Reference | None = None
    """The sales channel; prices, offerings and promotions may depend on it."""
    place: Reference | None = None
    """Where the order is placed; prices and promotions may depend on it."""
    market_segment: MarketSegment | None = None
    """The market segment, as an object or by its id alone; prices and promotions may depend on it."""


class Header(HeaderFields, Whereabouts):
    """A cart's header: where it is sold and the shared fields, with a currency that is always known."""

    currency: Currency

    @cached_property
    def written(self) -> Mapping[str, JsonValue]:
        """What `wire` returns, made once, for it is written with every version of a cart; not to be changed."""
        return self.wire()

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy, which will be written again."""
        copy = super().model_copy(update=update, deep=deep)
        copy.__dict__.pop("written", None)
        return copy
