"""What every model on the wire shares: strict types, camelCase names, nothing unknown; and the field types."""

import re
import unicodedata
from datetime import UTC, datetime
from functools import cache, lru_cache
from types import NoneType
from typing import Annotated, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    PlainSerializer,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from cartwright.wire.money import in_use
from cartwright.wire.patterns import pattern
from cartwright.wire.withdrawn import WITHDRAWN


class StrictModel(BaseModel):
    """Base of everything that is read from the wire: an unknown field is refused, no type is coerced."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        validate_by_name=False,
        validate_by_alias=True,
    )

    def wire(self) -> dict[str, JsonValue]:
        """The model as a JSON object under its wire names, without what was never given."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class Model(StrictModel):
    """Base of all data: null says the same as leaving a field out, where it is not a value of its own.

    Many who write JSON write every field.
    """

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, given: object) -> object:
        if type(given) is not dict or None not in given.values():
            return given
        defaulted = _never_null(cls)
        return {name: value for name, value in given.items() if value is not None or name not in defaulted}


@cache
def _never_null(model: type[Model]) -> frozenset[str]:
    """The wire names of the fields that may be left out, but not be null."""
    return frozenset(
        field.alias or name
        for name, field in model.model_fields.items()
        if not field.is_required() and NoneType not in get_args(field.annotation)
    )


def normalised(text: str) -> str:
    """One form for what looks the same (NFC), so that a composed and a decomposed letter are equal."""
    return unicodedata.normalize("NFC", text)


def _currency(code: str) -> str:
    if in_use(code):
        return code
    if code in WITHDRAWN:
        raise PydanticCustomError("unknown-currency", "a withdrawn currency; it can't be used for anything new")
    raise PydanticCustomError("unknown-currency", "not a currency of ISO 4217 for payments")


_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|\+00:00)", re.ASCII)


def parse_time(text: object) -> datetime:
    """Read RFC 3339 in UTC, with `Z` or `+00:00`, years 1970 to 9998; raise `PydanticCustomError` (`wrong-format`).

    What is shorter than a microsecond is cut off.
    """
    return _of_our_times(_read_time(text))


def _read_time(text: object) -> datetime:
    if isinstance(text, datetime):
        return text
    if not isinstance(text, str) or not _RFC3339.fullmatch(text):
        raise PydanticCustomError("wrong-format", "not a time in UTC such as 2026-01-31T08:00:00Z")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("out-of-range", "not a date of the calendar") from None


def _of_our_times(time: datetime) -> datetime:
    if not 1970 <= time.year <= 9998:
        raise PydanticCustomError("out-of-range", "the year must be between 1970 and 9998")
    return time


LAST_PRICING_YEAR = 9800
"""The last year of a pricing time; periods that are added to it stay within the calendar."""


def _priceable(time: datetime) -> datetime:
    if time.year > LAST_PRICING_YEAR:
        raise PydanticCustomError("out-of-range", f"the year must be between 1970 and {LAST_PRICING_YEAR}")
    return time


@lru_cache(maxsize=4096)
def format_time(time: datetime) -> str:
    """RFC 3339 in UTC with `Z`, in milliseconds where there are any."""
    text = time.astimezone(UTC).isoformat(timespec="milliseconds" if time.microsecond else "seconds")
    return text.replace("+00:00", "Z")


Id = Annotated[str, pattern(r"^[!-~]{1,128}$", "1 to 128 visible ASCII characters")]
NAME = r"^[A-Za-z][A-Za-z0-9_-]{0,63}$"
Name = Annotated[
    str,
    pattern(NAME, "a name of up to 64 letters, digits, - and _ that begins with a letter"),
]
Key = Annotated[
    str,
    pattern(
        r"^[A-Za-z_][A-Za-z0-9_ -]{0,99}$",
        "a name of up to 100 letters, digits, -, _ and spaces that begins with a letter or _",
    ),
]
Text = Annotated[str, Field(max_length=2000), AfterValidator(normalised)]
ShortText = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(normalised)]
Currency = Annotated[str, AfterValidator(_currency), Field(description="ISO 4217, upper case")]
Country = Annotated[str, pattern(r"^[A-Z]{2}$", "two capital letters (ISO 3166-1 alpha-2), such as FR")]
Locale = Annotated[str, pattern(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "a language tag (BCP 47), such as fr-FR")]
Token = Annotated[str, Field(max_length=2000, description="a signed text, exactly as it was answered")]
MAX_QUANTITY = 1_000_000
"""A line has no more units than this, whoever sets them."""
Quantity = Annotated[int, Field(ge=1, le=MAX_QUANTITY)]
Version = Annotated[int, Field(ge=0, le=2**53)]
Count = Annotated[int, Field(ge=1, le=10**9)]
CountFromZero = Annotated[int, Field(ge=0, le=10**9)]
Decimals = Annotated[str, pattern(r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$", "a decimal string, such as 12.50", max_length=36)]
Percentage = Annotated[
    str, pattern(r"^(100(\.0{1,30})?|[1-9]?[0-9](\.[0-9]{1,30})?)$", "0 to 100 as a decimal string, such as 12.5")
]
Time = Annotated[
    datetime,
    BeforeValidator(_read_time),
    AfterValidator(_of_our_times),
    PlainSerializer(format_time, return_type=str),
]
PricingTime = Annotated[Time, AfterValidator(_priceable)]
"""A time as of which prices are asked for."""
