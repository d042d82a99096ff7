"""The head of a cart: who buys, where, through which channel, under which keys; typed, given by the caller."""

from typing import Annotated

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.policy import PricingChoice
from cartwright.wire.schema import Country, Currency, Id, Locale, Model, Name, ShortText, Text, Time


class Reference(Model):
    """Something named by id, by name, or by both (channel, place)."""

    id: Id | None = None
    name: ShortText | None = None


def _form(value: object) -> str:
    return "object" if isinstance(value, dict | Reference) else "text"


MarketSegment = Annotated[Annotated[Reference, Tag("object")] | Annotated[Id, Tag("text")], Discriminator(_form)]
"""Named as a channel is, or by its id alone."""


class Customer(Model):
    """Who the cart belongs to; `user_type` is the caller's own term, e.g. `CUSTOMER` or `ANONYMOUS`, who has no id.

    `owned_offerings` are what the customer has already, as far as rules of ownership ask (003).
    """

    id: Id | None = None
    user_type: Name | None = None
    owned_offerings: Annotated[list[Id], Field(max_length=10_000)] = Field(default_factory=list)


class TimePeriod(Model):
    """From `start_date_time` (inclusive) to `end_date_time` (exclusive); an absent end is open."""

    start_date_time: Time | None = None
    end_date_time: Time | None = None

    @model_validator(mode="after")
    def _ordered(self) -> "TimePeriod":
        if self.start_date_time and self.end_date_time and self.start_date_time >= self.end_date_time:
            raise PydanticCustomError("out-of-range", "a period ends after it starts")
        return self


Keys = Annotated[dict[Name, Id], Field(max_length=16)]
Flags = Annotated[dict[Name, bool], Field(max_length=64)]


class HeaderFields(Model):
    """The header fields that `create-cart` and `update-cart` share (001, Create an item; 002, Create Shopping Cart)."""

    country: Country | None = None
    locale: Locale | None = None
    currency: Currency | None = None
    forced_currency: Currency | None = None
    store_id: Id | None = None
    store_hostname: ShortText | None = None
    channel: Reference | None = None
    place: Reference | None = None
    market_segment: MarketSegment | None = None
    customer: Customer | None = None
    end_user: Customer | None = None
    agent_id: Id | None = None
    keys: Keys = Field(default_factory=dict)
    consent_flags: Flags = Field(default_factory=dict)
    flags: Flags = Field(default_factory=dict)
    sales_flags: Annotated[tuple[Name, ...], Field(max_length=64, strict=False)] = ()
    marketing_campaign_names: Annotated[tuple[ShortText, ...], Field(max_length=64, strict=False)] = ()
    external_context: Text | None = None
    scenario: ShortText | None = None
    source: ShortText | None = None
    block_discounts: bool | None = None
    hide_cross_sell: bool | None = None
    hide_up_sell: bool | None = None
    use_strike_through_price: bool | None = None
    product_reco_id: Id | None = None
    catalog_id: Id | None = None
    subscription_id: Id | None = None
    payment_method: ShortText | None = None
    bill_cycle_day: Annotated[int, Field(ge=1, le=31)] | None = None
    payment_parts: Annotated[int, Field(ge=1, le=120)] | None = None
    pricing_policy: PricingChoice | None = None
    validity: TimePeriod | None = None

    @property
    def customer_ids(self) -> tuple[str, ...]:
        """The customer's id, if it is given."""
        return (self.customer.id,) if self.customer is not None and self.customer.id else ()


class Header(HeaderFields):
    """A cart's header: the shared fields, with a currency that is always known."""

    currency: Currency
