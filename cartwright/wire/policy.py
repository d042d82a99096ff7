"""The pricing policy: which of the customary roundings and splits a tenant or a cart uses, as data."""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from cartwright.wire.money import MAX_DIGITS, parse_decimal
from cartwright.wire.schema import Decimals, Model, Name
from cartwright.wire.stored import read_stored
from cartwright.wire.zones import TimeZone

COINS = "coins"
"""Cash rounding by currency."""
SMALLEST_COINS: Mapping[str, str] = MappingProxyType(
    {
        "AUD": "0.05",
        "CAD": "0.05",
        "CHF": "0.05",
        "CZK": "1",
        "DKK": "0.50",
        "HUF": "5",
        "MRU": "0.20",
        "NOK": "1",
        "NZD": "0.10",
        "SEK": "1",
    }
)
"""Currencies in which cash is rounded to a coin that is more than a minor unit, as their central banks say."""


class Remainder(StrEnum):
    """Who gets the minor units that are left after the proportional shares."""

    LARGEST = "largest"
    """Shares cut towards zero, then the largest remainders first, the first of equals first."""

    FIRST = "first"
    """Shares rounded half-down, then one unit each to the first in turn (Sylius, ProportionalIntegerDistributor)."""

    LARGEST_ERROR_OF_FLOOR = "largest-error-of-floor"
    """Shares floored, negative ones too, then the largest errors first (Vendure, prorate)."""


class Rounding(StrEnum):
    """How a quotient between two whole numbers becomes one of them."""

    HALF_UP = "half-up"
    HALF_DOWN = "half-down"
    HALF_EVEN = "half-even"
    UP = "up"
    DOWN = "down"
    CEILING = "ceiling"
    FLOOR = "floor"


class TaxLevel(StrEnum):
    """What a tax is rounded on: each unit, each line, or once for all lines of a rate."""

    UNIT = "unit"
    LINE = "line"
    GROUP = "group"


class InclusiveRounding(StrEnum):
    """What is rounded in a price that contains its tax: the tax, or the net that is left without it."""

    TAX = "tax"
    NET = "net"


class PercentRounding(StrEnum):
    """What is rounded when a percentage is taken off: the price that results, or the discount."""

    PRICE = "price"
    DISCOUNT = "discount"


class OrderDiscountWeights(StrEnum):
    """What the lines weigh when an order discount is spread: the amount as stated, or that with tax."""

    PRICE = "price"
    GROSS = "gross"


class ProrationUnit(StrEnum):
    """What a part of a period is counted in: days that have begun, seconds, or days of months that all have 30."""

    DAY = "day"
    SECOND = "second"
    DAY_30_360 = "30-360"
    """The day count convention 30/360: the 31st counts as the 30th, and a year has 360 days."""


class PromotionOrder(StrEnum):
    """What promotions are put in order by: their level and then their priority, or their priority alone."""

    LEVEL = "level"
    PRIORITY = "priority"


class ActionsOfOnePromotion(StrEnum):
    """What a further percentage of the same promotion is taken of: the price left, or the original."""

    CHAINED = "chained"
    ORIGINAL = "original"


class PriorPrices(StrEnum):
    """Where the prior price of what is reduced is told: in explanations only, or with the price in the cart too."""

    EXPLAINED = "explained"
    SHOWN = "shown"


PRESETS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "default": {},
        "sylius": {
            "remainder": "first",
            "percentRounding": "price",
            "actionsOfOnePromotion": "original",
            "inclusiveRounding": "tax",
        },
        "vendure": {
            "remainder": "largest-error-of-floor",
            "percentRounding": "price",
            "orderDiscountWeights": "gross",
        },
        "medusa": {"percentRounding": "discount"},
        "saleor": {"percentRounding": "discount"},
        "shopware": {"taxLevel": "line", "inclusiveRounding": "tax"},
        "shopware-vertical": {"taxLevel": "group", "inclusiveRounding": "tax"},
        "commercetools": {"rounding": "half-even", "inclusiveRounding": "tax"},
        "commercetools-unit": {"rounding": "half-even", "taxLevel": "unit", "inclusiveRounding": "tax"},
        "dinero": {"rounding": "half-even"},
        "killbill": {"rounding": "half-up"},
    }
)
"""Named policies: where an engine differs from the default, as its own test suite or manual states it."""


class PricingPolicy(BaseModel):
    """The switches of pricing. A `preset` gives the values that are not stated.

    `cash_rounding` is the step to which a payable amount is rounded, as a decimal string in the cart's
    currency (`"0.05"`), `"coins"` for the smallest coin of the currency, or None.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)

    preset: str = "default"
    rounding: Rounding = Rounding.HALF_UP
    tax_level: TaxLevel = TaxLevel.LINE
    inclusive_rounding: InclusiveRounding = InclusiveRounding.NET
    remainder: Remainder = Remainder.LARGEST
    percent_rounding: PercentRounding = PercentRounding.DISCOUNT
    order_discount_weights: OrderDiscountWeights = OrderDiscountWeights.PRICE
    actions_of_one_promotion: ActionsOfOnePromotion = ActionsOfOnePromotion.CHAINED
    amount_basis: Literal["net", "gross"] | None = None
    promotion_order: PromotionOrder = PromotionOrder.LEVEL
    proration: ProrationUnit = ProrationUnit.DAY
    time_zone: str = "UTC"
    cash_rounding: str | None = Field(default=None, examples=["0.05"])
    prior_prices: PriorPrices = PriorPrices.EXPLAINED

    @model_validator(mode="before")
    @classmethod
    def _start_from_the_preset(cls, data: object) -> object:
        if not isinstance(data, Mapping):
            return data
        name = data.get("preset", "default")
        if not isinstance(name, str) or name not in PRESETS:
            raise ValueError(f"{name!r} is not a pricing preset; there are {', '.join(PRESETS)}.")
        stated = {to_camel(key): value for key, value in data.items()}
        return {**PRESETS[name], **stated}

    @field_validator("cash_rounding")
    @classmethod
    def _a_step_is_positive(cls, step: str | None) -> str | None:
        if step not in (None, COINS) and parse_decimal(step, MAX_DIGITS)[0] <= 0:
            raise ValueError("A cash rounding step is more than zero.")
        return step


DEFAULT_POLICY = PricingPolicy()
"""What applies where nothing is stated."""

_FROM_TEXT = Field(strict=False)


class PricingChoice(Model):
    """A pricing policy as somebody states it (contract, `pricingPolicy`): a preset, and switches that differ from it.

    A cart that names no preset differs from its tenant's policy.
    """

    preset: Name | None = None
    """A named set of switches, e.g. the customs of a public engine."""
    rounding: Annotated[Rounding, _FROM_TEXT] | None = None
    """How amounts are rounded to minor units."""
    tax_level: Annotated[TaxLevel, _FROM_TEXT] | None = None
    """What a tax is rounded on: each unit, each line, or all lines of a rate together."""
    inclusive_rounding: Annotated[InclusiveRounding, _FROM_TEXT] | None = None
    """What is rounded in a price that contains its tax: the tax or the net amount."""
    remainder: Annotated[Remainder, _FROM_TEXT] | None = None
    """Who gets the minor units that are left over when an amount is split."""
    percent_rounding: Annotated[PercentRounding, _FROM_TEXT] | None = None
    """What is rounded when a percentage is taken off: the resulting price or the discount."""
    order_discount_weights: Annotated[OrderDiscountWeights, _FROM_TEXT] | None = None
    """What the lines weigh when an order discount is spread: the stated price, or the price with tax."""
    actions_of_one_promotion: Annotated[ActionsOfOnePromotion, _FROM_TEXT] | None = None
    """What a second percentage of the same promotion is taken of: the price left, or the original price."""
    amount_basis: Literal["net", "gross"] | None = None
    """Whether amounts of promotions and vouchers are net or gross. If nobody says: as the cart's prices are stated, and
    gross where some contain their taxes and others don't."""
    promotion_order: Annotated[PromotionOrder, _FROM_TEXT] | None = None
    """Whether promotions come by level (item, container, cart) and then by priority, or by priority alone."""
    proration: Annotated[ProrationUnit, _FROM_TEXT] | None = None
    """Whether parts of a period are counted in days, in seconds, or in days of months that all have 30 (30/360)."""
    time_zone: TimeZone | None = None
    """Where days, time windows and bill cycles begin; UTC if nobody says."""
    cash_rounding: Decimals | Literal["coins"] | None = None
    """The step to which the payable amount is rounded, e.g. `0.05`; `coins`: the smallest coin of the currency."""
    prior_prices: Annotated[PriorPrices, _FROM_TEXT] | None = None
    """Whether the prior prices of reduced lines are `shown` in the cart, or only `explained` to who asks for that."""

    @model_validator(mode="after")
    def _known(self) -> "PricingChoice":
        if self.preset is not None and self.preset not in PRESETS:
            raise PydanticCustomError("unknown-preset", "not a pricing preset of this worker")
        if self.cash_rounding not in (None, COINS) and parse_decimal(self.cash_rounding, MAX_DIGITS)[0] <= 0:
            raise PydanticCustomError("out-of-range", "a cash rounding step must be more than zero")
        return self

    def on_top_of(self, other: "PricingChoice | None") -> "PricingChoice":
        """This choice, completed by another one; a choice that names a preset is complete by itself."""
        if other is None or self.preset is not None:
            return self
        return read_stored(PricingChoice, {**other.wire(), **self.wire()})

    def over(self, policy: PricingPolicy) -> PricingPolicy:
        """All switches: those that are stated, and else those of the preset or, without one, of another policy."""
        return _combined(self, policy)


@lru_cache(maxsize=1024)
def _combined(choice: PricingChoice, policy: PricingPolicy) -> PricingPolicy:
    stated = {name: value for name, value in choice.wire().items() if value is not None}
    below = policy.model_dump(by_alias=True) if choice.preset is None else {}
    return read_stored(PricingPolicy, {**below, **stated})
