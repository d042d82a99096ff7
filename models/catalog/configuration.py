"""A tenant's configuration, a fact like any other: it has revisions, and a price can be had under an earlier one."""

from fractions import Fraction
from functools import cached_property
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.lines import MAX_ITEMS
from cartwright.wire.money import MAX_AMOUNT, MoneyError, parse_amount
from cartwright.wire.periods import LONGEST_YEARS, RecurringPeriod, parse_period, within_longest
from cartwright.wire.policy import PricingChoice
from cartwright.wire.price_type import PriceType
from cartwright.wire.schema import Country, Currency, Decimals, Locale, Model, Name
from models.money.rates import parse_rate

CONFIGURATION = "configuration"
MOST_IDLE_MINUTES = 10 * 366 * 24 * 60
"""Ten years."""
MOST_VALIDITY_MINUTES = 60 * 24 * 366


class OverrideLimit(Model):
    """How far a role may move a price: not below `floor` and not above `ceiling`, in percent of the list price.

    `price_types` are those that it may move (empty: all); `external`: whether it may pass on prices found elsewhere.
    """

    role: Name
    """The role."""
    floor: Decimals = "100"
    """The lowest price that the role may set, in percent of the list price."""
    ceiling: Decimals = "100"
    """The highest price that the role may set, in percent of the list price."""
    price_types: list[PriceType] = Field(default_factory=list)
    """Price types that the role may change; an empty list means all."""
    external: bool = False
    """Whether the role may pass on prices from other systems."""

    @model_validator(mode="after")
    def _ordered(self) -> "OverrideLimit":
        floor, ceiling = _factor(self.floor), _factor(self.ceiling)
        if not 0 <= floor <= 100 <= ceiling <= 10_000:
            raise PydanticCustomError("out-of-range", "0 <= floor <= 100 <= ceiling <= 10000")
        return self


class InstallmentTerms(Model):
    """Into what a payable amount of one currency may be split (001, minPartialPaymentAmount, maxPaymentsParts)."""

    currency: Currency
    """The currency that these terms are for."""
    smallest_part: Decimals
    """The least that an installment may be."""
    largest_part: Decimals
    """The most that an installment may be."""
    most_parts: Annotated[int, Field(ge=2, le=120)]
    """The most installments."""
    period: RecurringPeriod = "P1M"
    """How far apart installments fall due."""

    @model_validator(mode="after")
    def _ordered(self) -> "InstallmentTerms":
        try:
            smallest, largest = self.bounds
        except MoneyError as error:
            raise PydanticCustomError("wrong-format", "not an amount in whole minor units") from error
        if not 0 < smallest <= largest <= MAX_AMOUNT:
            raise PydanticCustomError("out-of-range", f"0 < smallestPart <= largestPart <= {MAX_AMOUNT} minor units")
        length = parse_period(self.period)
        if length.seconds or (length.months and length.days):
            raise PydanticCustomError("period-mismatch", "the period must be in days or in months, not in both")
        if not within_longest(length, self.most_parts):
            raise PydanticCustomError("out-of-range", f"all parts must fall due within {LONGEST_YEARS} years")
        return self

    @cached_property
    def bounds(self) -> tuple[int, int]:
        """The smallest and the largest part in minor units; raises `MoneyError`."""
        return parse_amount(self.smallest_part, self.currency), parse_amount(self.largest_part, self.currency)


def _one_each(terms: list[InstallmentTerms]) -> list[InstallmentTerms]:
    if len({each.currency for each in terms}) < len(terms):
        raise PydanticCustomError("duplicate-currency", "a currency has one entry: a further one has no effect")
    return terms


class Limits(Model):
    """How large a cart may be."""

    items: Annotated[int, Field(ge=1, le=MAX_ITEMS)] = MAX_ITEMS
    """The most items in a cart."""


class Defaults(Model):
    """What a new cart has whose command does not say."""

    country: Country | None = None
    """The country."""
    locale: Locale | None = None
    """The language and region for texts."""
    currency: Currency | None = None
    """The currency."""


class Configuration(Model):
    """Everything that a tenant may set; what is left out is as it was."""

    pricing_policy: PricingChoice | None = None
    """The tenant's pricing policy."""
    override_limits: Annotated[list[OverrideLimit], Field(max_length=200)] = Field(default_factory=list)
    """Which roles may override prices, and how far."""
    installments: Annotated[list[InstallmentTerms], Field(max_length=200), AfterValidator(_one_each)] = Field(
        default_factory=list
    )
    """Terms for installments, by currency."""
    defaults: Defaults = Field(default_factory=Defaults)
    """Country, locale and currency of new carts that name none."""
    limits: Limits = Field(default_factory=Limits)
    """How large a cart may be."""
    validity_minutes: Annotated[int, Field(ge=1, le=MOST_VALIDITY_MINUTES)] = 30
    """How long a cart may be submitted after it was validated, in minutes."""
    expire_after_minutes: Annotated[int, Field(ge=1, le=MOST_IDLE_MINUTES)] | None = None
    """After how many minutes without a change a cart expires; null: carts expire at a date of their own only."""

    @property
    def id(self) -> str:
        """A tenant has one."""
        return CONFIGURATION

    def terms(self, currency: str) -> InstallmentTerms | None:
        """Into what an amount of a currency may be split."""
        return next((each for each in self.installments if each.currency == currency), None)


def _factor(text: str) -> Fraction:
    try:
        return parse_rate(text)
    except MoneyError as error:
        raise PydanticCustomError("wrong-format", "not a decimal of at most 12 decimals") from error
