"""The facts that a price is made of, as the catalog commands give them: offerings, price points, taxes."""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from cartwright.models.header import TimePeriod
from cartwright.models.lines import Characteristics
from cartwright.models.schema import Country, Currency, Decimals, Id, Model, Name, Period, ShortText

Percentage = Annotated[
    str,
    Field(pattern=r"^(100(\.0{1,12})?|[1-9]?[0-9](\.[0-9]{1,12})?)$", description="0 to 100, a decimal string"),
]


class CharacteristicSpec(Model):
    """A characteristic that an item of the offering may or must carry."""

    name: ShortText
    value_type: Name = "string"
    mandatory: bool = False
    values: list[ShortText] = Field(default_factory=list)


class BundleMember(Model):
    """A member of a bundle with its cardinality; `default` many are added with the bundle."""

    offering_id: Id
    min: Annotated[int, Field(ge=0, le=1000)] = 0
    max: Annotated[int, Field(ge=1, le=1000)] = 1
    default: Annotated[int, Field(ge=0, le=1000)] = 0

    @model_validator(mode="after")
    def _ordered(self) -> "BundleMember":
        if not self.min <= self.max or self.default > self.max:
            raise PydanticCustomError("out-of-range", "min and default must not exceed max")
        return self


class Offering(Model):
    """Something that can be put into a cart (002, productOffering)."""

    id: Id
    name: ShortText | None = None
    categories: list[ShortText] = Field(default_factory=list)
    tax_category: Name | None = None
    characteristics: list[CharacteristicSpec] = Field(default_factory=list)
    bundle: list[BundleMember] = Field(default_factory=list)
    channels: list[Id] = Field(default_factory=list)
    valid_for: TimePeriod | None = None


class Tier(Model):
    """From `min_quantity` units on, one unit costs `amount`."""

    min_quantity: Annotated[int, Field(ge=1)]
    amount: Decimals


class PricePoint(Model):
    """What an offering costs under stated circumstances; every criterion that is null or absent matches all."""

    id: Id
    offering_id: Id
    type: Literal["one-time", "recurring", "allowance", "usage"]
    period: Period | None = None
    currency: Currency
    amount: Annotated[Decimals, Field(description="unit price, up to 12 decimals")]
    tax_included: bool = False
    channel: Id | None = None
    market_segment: Id | None = None
    place: Id | None = None
    agreement_id: Id | None = None
    term: ShortText | None = None
    characteristics: Characteristics = Field(default_factory=dict)
    tiers: list[Tier] = Field(default_factory=list)
    tier_mode: Literal["volume", "graduated"] = "volume"
    valid_for: TimePeriod | None = None

    @model_validator(mode="after")
    def _consistent(self) -> "PricePoint":
        if (self.type == "recurring") != (self.period is not None):
            raise PydanticCustomError("period-mismatch", "a recurring price has a period, no other has")
        return self

    @cached_property
    def criteria(self) -> frozenset[tuple[str, str]]:
        """Every circumstance that must hold, as pairs of name and value."""
        plain = ("channel", "market_segment", "place", "agreement_id", "term")
        pairs = {(name, value) for name in plain if (value := getattr(self, name)) is not None}
        return frozenset(pairs | {(f"characteristics.{name}", value) for name, value in self.characteristics.items()})


class Tax(Model):
    """A tax rate of one country for one tax category of offerings."""

    id: Id
    country: Country
    category: Name
    name: ShortText | None = None
    rate: Percentage
    valid_for: TimePeriod | None = None
