"""Line items and containers as a command gives them (contract, "Core bodies"; 001, ProductInput; 004, items)."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.amounts import StatedAmount
from cartwright.wire.schema import Id, Key, Model, Name, Percentage, Quantity, ShortText, Text, Time

Action = Literal["add", "modify", "delete", "no-change", "keep", "terminate", "swap"]
ItemStatus = Literal["new"]
Characteristics = Annotated[dict[Key, Text], Field(max_length=200)]
MAX_ITEMS = 10_000


class DiscountPlan(Model):
    """A recurring reduction on a product, in steps (001, DiscountPlan)."""

    id: Id | None = None
    name: ShortText | None = None
    percent: Percentage | None = None
    periods: Annotated[int, Field(ge=1, le=1200)] | None = None


class PaidPeriod(StatedAmount):
    """A period of what a line takes the place of, and what was paid for it: its unused days are credited (001)."""

    start_date_time: Time
    end_date_time: Time

    @model_validator(mode="after")
    def _ordered(self) -> "PaidPeriod":
        if self.start_date_time.date() >= self.end_date_time.date():
            raise PydanticCustomError("out-of-range", "a paid period has at least one day")
        return self


class ActionReason(Model):
    """Why an existing product changes (004, actionReason)."""

    name: ShortText | None = None
    text: Text | None = None


class Relationship(Model):
    """A tie to another line item or product (002, cartItemRelationship)."""

    id: Id
    type: Name


class LineDetails(Model):
    """What a line carries through unchanged: validated, kept and returned under these names."""

    cross_sell_by: Id | None = None
    up_sell_by: Id | None = None
    forced_by: Id | None = None
    current_expiration_date: ShortText | None = None
    next_expiration_date: ShortText | None = None
    discount_plan: DiscountPlan | None = None
    discount_plan_ignore_purchase_discount: bool | None = None
    discount_plan_step: Annotated[int, Field(ge=0, le=10_000)] | None = None
    discount_plan_tag: ShortText | None = None
    duration_until_trial_end: Annotated[int, Field(ge=0, le=3)] | None = None
    license_id: Id | None = None
    marketing_campaign_id: Id | None = None
    previous_line_item_id: Id | None = None
    paid_period: PaidPeriod | None = None
    price_function_parameters: Annotated[dict[Name, Text], Field(max_length=64)] | None = None
    quantity_max_reached: bool | None = None
    remote_price: bool | None = None
    subscription_template: Id | None = None
    trial: bool | None = None
    action_reason: ActionReason | None = None
    relationships: Annotated[list[Relationship], Field(max_length=100)] | None = None
    billing_account_id: Id | None = None
    subscriber_number: Id | None = None

    def details(self) -> dict[str, JsonValue]:
        """The given detail fields under their wire names; an explicit null stays, to say *remove*."""
        return {name: value for name, value in self.wire().items() if name in DETAIL_NAMES}


DETAIL_NAMES = frozenset(field.alias or name for name, field in LineDetails.model_fields.items())


class NewItem(LineDetails):
    """A line item to add: an offering, or a product that the customer has already."""

    id: Id | None = None
    offering_id: Id | None = None
    product_id: Id | None = None
    quantity: Quantity = 1
    container_id: Id | None = None
    parent_id: Id | None = None
    action: Action = "add"
    term: ShortText | None = None
    characteristics: Characteristics = Field(default_factory=dict)


class NewContainer(Model):
    """An offer container to create (002, offerContainer)."""

    id: Id | None = None
    category: ShortText | None = None
    process_context: ShortText | None = None
    portfolio_id: Id | None = None
    attributes: Characteristics = Field(default_factory=dict)


NewItems = Annotated[list[NewItem], Field(max_length=MAX_ITEMS)]
NewContainers = Annotated[list[NewContainer], Field(max_length=1000)]
