"""Amounts as JSON numbers, exactly: a document's `3.5` is written from a decimal, never from a float."""

from decimal import Decimal

import orjson

from cartwright.wire.money import digits


def amount(minor_units: int, currency: str) -> orjson.Fragment:
    """An amount of minor units as a JSON number without trailing zeros: 350 cents are `3.5`."""
    places = digits(currency)
    whole, rest = divmod(abs(minor_units), 10**places)
    text = f"{whole}.{rest:0{places}d}".rstrip("0") if rest else str(whole)
    return orjson.Fragment(f"-{text}" if minor_units < 0 else text)


def number(value: Decimal) -> orjson.Fragment:
    """A decimal as a JSON number without trailing zeros or exponent."""
    return orjson.Fragment(decimals(value))


def decimals(value: Decimal) -> str:
    """A JSON number as the decimal string that canonical commands take: `3.50` is `"3.5"`."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def exactly(value: object) -> orjson.Fragment:
    """A decimal in a response as the JSON number that it was written as; raises `TypeError` for what is no JSON."""
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value))
    raise TypeError(f"{type(value).__name__} is no JSON")
