"""The values of filters: JSON values, read as what their field is compared with, texts in the form of stored ones."""

from datetime import datetime

from pydantic_core import PydanticCustomError

from cartwright.wire.money import MoneyError, parse_amount
from cartwright.wire.schema import normalised, parse_time
from queries.fields import FieldType

_LARGEST = 2**63 - 1


class WrongValue(ValueError):  # noqa: N818 (what it says is the rest of a sentence)
    """A value of another type than the field's; the text says what the field is compared with."""


def read_value(kind: FieldType, given: object, currency: str | None) -> str | int | bool | datetime:
    """The value of a field of this type; amounts are minor units of `currency`. Raises `WrongValue`."""
    match kind, given:
        case FieldType.TEXT, str() if _is_unicode(given):
            return normalised(given)
        case FieldType.INTEGER, int() if not isinstance(given, bool) and abs(given) <= _LARGEST:
            return given
        case FieldType.TIME, str():
            return _time(given)
        case FieldType.AMOUNT, str():
            return _amount(given, currency)
    raise WrongValue(kind.value)


def _is_unicode(text: str) -> bool:
    """Whether a text has no half of a surrogate pair, which JSON can escape and nobody can store."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _time(text: str) -> datetime:
    try:
        return parse_time(text)
    except PydanticCustomError:
        raise WrongValue('a time such as "2026-01-31T08:00:00Z"') from None


def _amount(text: str, currency: str | None) -> int:
    if currency is None:
        raise WrongValue('an amount in a currency that the filter names: currency = "EUR" and …')
    try:
        return parse_amount(text, currency)
    except MoneyError:
        raise WrongValue(f"an amount in {currency}") from None
