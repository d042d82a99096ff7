"""Offerings: what can be put into a cart, as `upsert-offerings` gives them."""

from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.header import TimePeriod
from cartwright.wire.schema import Id, Model, Name, ShortText


def _value_type(name: str) -> str:
    if name not in VALUE_TYPES:
        raise PydanticCustomError("not-allowed", "not one of {types}", {"types": ", ".join(VALUE_TYPES)})
    return name


VALUE_TYPES = ("string", "integer", "decimal", "boolean", "date", "imei", "iccid", "eid")
ValueType = Annotated[str, AfterValidator(_value_type), WithJsonSchema({"type": "string", "enum": list(VALUE_TYPES)})]
"""Older catalogs may name other types; those allow any value."""


class CharacteristicSpec(Model):
    """A characteristic that an item of the offering may or must carry."""

    name: ShortText
    """The characteristic's name."""
    value_type: ValueType = "string"
    """The type of its values: `string`, `integer`, `decimal`, `boolean`, `date`, `imei`, `iccid` or `eid`."""
    mandatory: bool = False
    """Whether every item of the offering must have it."""
    values: list[ShortText] = Field(default_factory=list)
    """The values that are allowed; an empty list allows any."""


class BundleMember(Model):
    """A member of a bundle with its cardinality; `default` many are added with the bundle."""

    offering_id: Id
    """The member's offering."""
    min: Annotated[int, Field(ge=0, le=1000)] = 0
    """The least units per unit of the bundle."""
    max: Annotated[int, Field(ge=1, le=1000)] = 1
    """The most units per unit of the bundle."""
    default: Annotated[int, Field(ge=0, le=1000)] = 0
    """The units that are added with the bundle."""

    @model_validator(mode="after")
    def _ordered(self) -> "BundleMember":
        if not self.min <= self.max or self.default > self.max:
            raise PydanticCustomError("out-of-range", "min and default must not exceed max")
        return self


class Offering(Model):
    """Something that can be put into a cart (002, productOffering)."""

    id: Id
    """The offering's id."""
    name: ShortText | None = None
    """The offering's name."""
    categories: list[ShortText] = Field(default_factory=list)
    """Categories that rules, promotions and reports refer to."""
    tax_category: Name | None = None
    """The tax category; without it no tax applies."""
    characteristics: list[CharacteristicSpec] = Field(default_factory=list)
    """Characteristics that items may or must have."""
    bundle: list[BundleMember] = Field(default_factory=list)
    """The members, if the offering is a bundle."""
    channels: list[Id] = Field(default_factory=list)
    """Channels that sell it; an empty list means all."""
    valid_for: TimePeriod | None = None
    """When it is on sale; always if absent."""
