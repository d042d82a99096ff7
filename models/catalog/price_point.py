"""Price points: what an offering costs, as `upsert-prices` gives them."""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.change_rule import ChangeRule
from cartwright.wire.header import TimePeriod
from cartwright.wire.lines import Relationship
from cartwright.wire.periods import RecurringPeriod, has_anchor, in_whole_months
from cartwright.wire.price_type import PriceType
from cartwright.wire.schema import Count, Currency, Decimals, Id, Model, ShortText
from models.cart.price_relationship import PriceRelationship
from models.catalog.criteria import Criteria, Lifecycle
from models.catalog.ramps import Phases, Uplift, check_phases, periods_between
from models.money.rates import UnitPrice, parse_unit_price


class Tier(Model):
    """From `min_quantity` units on, every block of `block_size` units that is begun costs `amount`."""

    min_quantity: Count
    """The quantity from which the tier counts."""
    amount: Decimals
    """What a block costs."""
    block_size: Count = 1
    """How many units a block has."""


class PricePoint(Criteria):
    """What an offering costs under stated circumstances.

    `unit` is what is counted (`GB`, `minute`); none means pieces. A point takes the place of those that its
    relationships of type `replaces` name, where both would apply. The minimum down payment is the least for one unit
    (002). A point in arrears is billed when its period ends; of a prorated one, the first bill covers the days until
    the cart's bill cycle day.
    """

    id: Id
    """The price point's id."""
    offering_id: Id
    """The offering that it prices."""
    type: PriceType
    """Whether the price is paid once, every period, or is an allowance or usage price."""
    period: RecurringPeriod | None = None
    """How often a recurring price is billed."""
    unit: ShortText | None = None
    """What is counted, e.g. `GB` or `minute`; without it, pieces."""
    currency: Currency
    """The currency."""
    amount: Annotated[Decimals, Field(description="unit price, up to 12 decimals")]
    """The price of one unit; up to 12 decimals. With phases it is that of one of them, or left out."""
    phases: Phases = Field(default_factory=list)
    """What a recurring price costs in its first periods, and then for good."""
    uplift: Uplift | None = None
    """How a recurring price rises once its last phase has begun; its tiers rise with it."""
    tax_included: bool = False
    """Whether the amount contains the tax."""
    tiers: Annotated[list[Tier], Field(max_length=100)] = Field(default_factory=list)
    """Other prices from certain quantities on."""
    tier_mode: Literal["volume", "graduated"] = "volume"
    """Whether the tier that is reached prices all units (`volume`), or each tier its own units (`graduated`)."""
    tiers_over_lines: bool = False
    """Whether the units of all lines that have this price reach a tier together."""
    relationships: Annotated[list[Relationship], Field(max_length=100)] = Field(default_factory=list)
    """Relationships to other price points; `replaces` means that this one is used instead."""
    is_down_payment_required: bool = False
    """Whether a down payment is required; shown with the price."""
    minimum_price: Decimals | None = None
    """What promotions and vouchers leave of the price of one unit at least; with tax or without, as `amount` is."""
    minimum_down_payment_amount: Decimals | None = None
    """The least down payment for one unit."""
    is_prorated: bool = False
    """Whether the first bill covers only the days until the cart's bill cycle day."""
    anchor_month: Annotated[int, Field(ge=1, le=12)] | None = None
    """Of a prorated price of 2, 3, 4, 6 or 12 months: a month in which its cycles begin."""
    is_arrears: bool = False
    """Whether it is billed when its period ends."""
    change_rule: ChangeRule | None = None
    """What a change of this price does to lines that have it already; a line's own rule counts over it."""
    lifecycle: Lifecycle = "active"
    """Whether it counts: a draft counts only where `withDrafts` names it."""
    valid_for: TimePeriod | None = None
    """When it is valid; always if absent."""

    @model_validator(mode="before")
    @classmethod
    def _amount_of_phases(cls, given: object) -> object:
        """Take the amount from the phases where it is left out."""
        if isinstance(given, dict) and given.get("amount") is None and isinstance(given.get("phases"), list):
            first = next(iter(given["phases"]), None)
            if isinstance(first, dict) and "amount" in first:
                return {**given, "amount": first["amount"]}
        return given

    @model_validator(mode="after")
    def _consistent(self) -> "PricePoint":
        if self.type == ("recurring" if self.period is None else "one-time"):
            raise PydanticCustomError(
                "period-mismatch", "a recurring price needs a period, a one-time price can't have one"
            )
        recurs = self.period if self.type == "recurring" else None
        if self.is_arrears and recurs is None:
            raise PydanticCustomError("period-mismatch", "only a recurring price can be billed in arrears")
        if self.is_prorated and not (recurs and in_whole_months(recurs)):
            raise PydanticCustomError("period-mismatch", "only a price of whole months or years can be prorated")
        self._check_ramp(recurs)
        if self.anchor_month is not None and not (self.is_prorated and recurs and has_anchor(recurs)):
            raise PydanticCustomError(
                "without-effect", "only a prorated price of 2, 3, 4, 6 or 12 months has an anchor"
            )
        self._check_tiers()
        return self

    def _check_tiers(self) -> None:
        starts = [tier.min_quantity for tier in self.tiers]
        if starts != sorted(set(starts)):
            raise PydanticCustomError("not-ascending", "every tier must start above the one before it")
        if not self.tiers and (self.tiers_over_lines or self.tier_mode == "graduated"):
            raise PydanticCustomError("without-effect", "there are no tiers")
        if self.tiers_over_lines and (self.tier_mode != "volume" or any(each.block_size > 1 for each in self.tiers)):
            raise PydanticCustomError("one-of", "only tiers of single units, by volume, are reached by lines together")
        for tier, following in zip(self.tiers, starts[1:], strict=False):
            if (following - tier.min_quantity) % tier.block_size:
                raise PydanticCustomError("broken-block", "a tier must hold a whole number of its blocks")

    def _check_ramp(self, recurs: str | None) -> None:
        if self.phases:
            check_phases(self.phases, self.amount)
            if self.tiers:
                raise PydanticCustomError("one-of", "a price can't have both phases and tiers")
        if (self.phases or self.uplift) and recurs is None:
            raise PydanticCustomError("period-mismatch", "only a recurring price can have phases or an uplift")
        if self.uplift and recurs:
            periods_between(self.uplift.every, recurs)

    @cached_property
    def ramps(self) -> bool:
        """Whether it costs something else in some later period."""
        return bool(self.phases or self.uplift)

    @cached_property
    def unit_price(self) -> UnitPrice:
        """The exact price of one unit below all tiers; raises `MoneyError`."""
        return parse_unit_price(self.amount, self.currency)

    def least(self, quantity: int) -> int:
        """What promotions and vouchers leave of the price of that many units at least, in minor units."""
        if self.minimum_price is None:
            return 0
        return parse_unit_price(self.minimum_price, self.currency).times(quantity)

    @cached_property
    def price_relationships(self) -> tuple[PriceRelationship, ...]:
        """The relationships as the prices of a cart carry them."""
        return tuple(PriceRelationship(each.id, each.type) for each in self.relationships)

    @cached_property
    def replaces(self) -> frozenset[str]:
        """Ids of the price points whose place this one takes."""
        return frozenset(each.id for each in self.relationships if each.type == "replaces")
