"""Line items and containers as a command gives them (contract, "Core bodies"; 001, ProductInput; 004, items)."""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, JsonValue, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.amounts import StatedAmount
from cartwright.wire.change_rule import ChangeRule
from cartwright.wire.extensions import CartExtensions, ItemExtensions
from cartwright.wire.header import RelatedParty
from cartwright.wire.money import MoneyError, parse_amount
from cartwright.wire.notes import NewNotes
from cartwright.wire.schema import Decimals, Id, Key, Model, Name, Percentage, Quantity, ShortText, Text, Time

Action = Literal["add", "modify", "delete", "no-change", "keep", "terminate", "swap"]
ItemStatus = Literal["new"]
Characteristics = Annotated[dict[Key, Text], Field(max_length=200)]
PriceParameters = Annotated[dict[Name, Text], Field(max_length=64)]
MAX_ITEMS = 10_000
MAX_CONTAINERS = 1000


class DiscountPlan(Model):
    """A recurring reduction on a product, in steps (001, DiscountPlan)."""

    id: Id | None = None
    """The plan's id."""
    name: ShortText | None = None
    """The plan's name."""
    percent: Percentage | None = None
    """How much is taken off each period, in percent."""
    periods: Annotated[int, Field(ge=1, le=1200)] | None = None
    """For how many periods; without it, for good."""


class PaidPeriod(StatedAmount):
    """A period of what a line takes the place of, and what was paid for it: its unused days are credited (001)."""

    start_date_time: Time
    """When the paid period began."""
    end_date_time: Time
    """When it ends."""
    net_amount: Decimals | None = None
    """The part of the amount without tax, which comes off prices that contain no tax; the whole amount if absent."""

    @field_validator("net_amount")
    @classmethod
    def _within_the_amount(cls, net_amount: str | None, info: ValidationInfo) -> str | None:
        currency, amount = info.data.get("currency"), info.data.get("amount")
        if net_amount is None or currency is None or amount is None:
            return net_amount
        try:
            if 0 <= parse_amount(net_amount, currency) <= parse_amount(amount, currency):
                return net_amount
        except MoneyError as error:
            raise PydanticCustomError("wrong-format", "not an amount in whole minor units") from error
        raise PydanticCustomError("out-of-range", "the net amount must be between zero and the amount")

    @model_validator(mode="after")
    def _ordered(self) -> "PaidPeriod":
        if self.start_date_time >= self.end_date_time:
            raise PydanticCustomError("out-of-range", "a paid period ends after its start")
        return self

    @cached_property
    def net_minor(self) -> int:
        """The part without tax in minor units."""
        return self.minor if self.net_amount is None else parse_amount(self.net_amount, self.currency)


class ActionReason(Model):
    """Why an existing product changes (004, actionReason)."""

    action: ShortText | None = None
    """The action that the reason is for, in the caller's terms, e.g. `swap`."""

    name: ShortText | None = None
    """The reason's name."""
    text: Text | None = None
    """The reason in words."""


class Relationship(Model):
    """A tie to another line item or product (002, cartItemRelationship)."""

    id: Id
    """The id of the other item, product or price."""
    type: Name
    """How the two are related, e.g. `replaces`."""


class LinePlace(Model):
    """Where a line's product is used or installed (002, place; 004, product.place)."""

    id: Id | None = None
    """The id."""
    name: ShortText | None = None
    """The name."""
    role: ShortText | None = None
    """What the place is to the product, e.g. `PPU`, the place of primary use."""
    address: Text | None = None
    """The address in words."""


class TermDuration(Model):
    """How long a term lasts (002, itemTerm.duration)."""

    amount: Annotated[int, Field(ge=0, le=10_000)]
    """How many units."""
    units: ShortText
    """The unit in the caller's terms, e.g. `month`."""


class ItemTerm(Model):
    """A term that the line is subject to (002, itemTerm)."""

    name: ShortText | None = None
    """The term's name."""
    description: Text | None = None
    """The term in words."""
    duration: TermDuration | None = None
    """How long it lasts."""


class LineDetails(Model):
    """What a line carries through unchanged: validated, kept and returned under these names."""

    change_rule: ChangeRule | None = None
    """What a change of a list price does to this line once it has a price; it counts over the price points' rules."""
    cross_sell_by: Id | None = None
    """The product that recommended this one as a cross-sell."""
    up_sell_by: Id | None = None
    """The product that recommended this one as an up-sell."""
    forced_by: Id | None = None
    """The product that brought this one along."""
    current_expiration_date: ShortText | None = None
    """When the customer's product expires now; kept as sent."""
    next_expiration_date: ShortText | None = None
    """When it will expire after this order; kept as sent."""
    discount_plan: DiscountPlan | None = None
    """A reduction of the line's recurring prices over several periods."""
    discount_plan_ignore_purchase_discount: bool | None = None
    """Whether the plan leaves out the discount of the first purchase; kept as sent."""
    discount_plan_step: Annotated[int, Field(ge=0, le=10_000)] | None = None
    """The step of the plan that the line is in; kept as sent."""
    discount_plan_tag: ShortText | None = None
    """The caller's tag for the plan; kept as sent."""
    duration_until_trial_end: Annotated[int, Field(ge=0, le=3)] | None = None
    """Days before the end of the trial at which the customer is reminded."""
    license_id: Id | None = None
    """The licence that the line is for."""
    marketing_campaign_id: Id | None = None
    """The marketing campaign that the line comes from."""
    previous_line_item_id: Id | None = None
    """The line of an earlier order that this one continues."""
    paid_period: PaidPeriod | None = None
    """The paid period of the product that this line replaces; its unused days are credited."""
    price_function_parameters: PriceParameters | None = None
    """Parameters of the caller's own price function; kept as sent."""
    quantity_max_reached: bool | None = None
    """Whether the quantity can no longer be increased."""
    remote_price: bool | None = None
    """Whether the price comes from elsewhere; kept as sent."""
    subscription_template: Id | None = None
    """The template of the subscription; kept as sent."""
    trial: bool | None = None
    """Whether the line is a trial."""
    action_reason: ActionReason | None = None
    """Why an existing product changes."""
    relationships: Annotated[list[Relationship], Field(max_length=100)] | None = None
    """Ties to other line items or products."""
    billing_account_id: Id | None = None
    """The account that the line is billed to."""
    rating_type: ShortText | None = None
    """How that account is rated, e.g. `postpaid`."""
    subscriber_number: Id | None = None
    """The subscriber's number."""
    place: LinePlace | None = None
    """Where the product is used."""
    terms: Annotated[list[ItemTerm], Field(max_length=20)] | None = None
    """Further terms of the contract; prices depend on `term` only."""
    related_parties: Annotated[list[RelatedParty], Field(max_length=100)] | None = None
    """Who else has to do with the line."""
    offering_type: ShortText | None = None
    """The kind of offering in the caller's terms, e.g. `Mobile_Device`."""
    primary_product_id: Id | None = None
    """The customer's product that the line's product belongs to."""
    attributes: Annotated[dict[Key, Text], Field(max_length=200)] | None = None
    """Further values by name, kept as sent."""
    extensions: ItemExtensions | None = None
    """What dialects keep with the line, by dialect; each is replaced as a whole, null removes it. In changes they are
    JSON texts.
    """

    def details(self) -> dict[str, JsonValue]:
        """The given detail fields under their wire names; an explicit null stays, to say *remove*."""
        return {name: value for name, value in self.wire().items() if name in DETAIL_NAMES}


DETAIL_NAMES = frozenset(field.alias or name for name, field in LineDetails.model_fields.items())


class NewItem(LineDetails):
    """A line item to add: an offering, or a product that the customer has already."""

    id: Id | None = None
    """The item's id; assigned if absent."""
    offering_id: Id | None = None
    """The offering that is sold."""
    product_id: Id | None = None
    """An existing product of the customer that the line is about."""
    quantity: Quantity = 1
    """How many units."""
    container_id: Id | None = None
    """The container that the item goes into."""
    parent_id: Id | None = None
    """The item that this one hangs on; it leaves with its parent."""
    action: Action = "add"
    """What the order does with the product: `add`, `modify`, `delete` and so on. A line with `swap` takes the place of
    another one, which is terminated: the one that its relationship `replaces` names, or the line of its `productId`, or
    the last line with `terminate` before it that has the same parent.
    """
    term: ShortText | None = None
    """The contract term, e.g. `24M`; price points may depend on it."""
    characteristics: Characteristics = Field(default_factory=dict)
    """Values of the offering's characteristics, by name."""
    notes: NewNotes | None = None
    """Notes about the item. For one that is there already they take the place of its notes; one with the id of a note
    that stays as it is keeps its times.
    """


NewItems = Annotated[list[NewItem], Field(max_length=MAX_ITEMS)]


class ContainerFields(Model):
    """What is said of an offer container (002, offerContainer)."""

    id: Id | None = None
    """The container's id; assigned if absent."""
    category: ShortText | None = None
    """What kind of products it holds, e.g. `mobile`."""
    process_context: ShortText | None = None
    """The business process, e.g. `new` or `in-life`."""
    portfolio_id: Id | None = None
    """The portfolio of the customer that it belongs to."""
    attributes: Characteristics = Field(default_factory=dict)
    """Further values by name, kept as sent."""
    extensions: CartExtensions = Field(default_factory=dict)
    """What dialects keep with the container, by dialect; each is replaced as a whole, null removes it. In changes they
    are JSON texts.
    """


class NewContainer(ContainerFields):
    """An offer container to create, empty or with line items."""

    items: NewItems = Field(default_factory=list)
    """The line items in it; their `containerId` may be left out."""
    notes: NewNotes | None = None
    """Notes about the container. For one that is there already they take the place of its notes."""


NewContainers = Annotated[list[NewContainer], Field(max_length=MAX_CONTAINERS)]
