"""Money on the wire and in memory.

On the wire an amount is a decimal string in a currency; in memory it is an integer count of the
currency's minor units (cents, yen, fils). Digits come from ISO 4217, never from locale data; a currency that was
withdrawn keeps its own, so that old prices and carts can be read.
"""

import re

from iso4217 import Currency

from cartwright.wire.withdrawn import WITHDRAWN

MAX_DIGITS = 34
"""Longest accepted decimal string, in digits: that of a decimal128."""
MAX_AMOUNT = 10**15
"""The largest amount in minor units that can be meant; sums of such amounts still fit into 64 bits in storage."""

FUNDS = frozenset({"BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW", "XAD"})
"""ISO 4217 codes of funds, indexed units and units of account: they have digits, and nobody pays in them."""

_IN_USE: dict[str, int] = {
    currency.code: currency.exponent
    for currency in Currency
    if currency.exponent is not None and currency.code not in WITHDRAWN
}
_DIGITS: dict[str, int] = {**_IN_USE, **{code: each.digits for code, each in WITHDRAWN.items()}}
_DECIMAL = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?")


class MoneyError(ValueError):
    """A currency or a decimal string that is refused; `code` is stable, the message is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def in_use(code: str) -> bool:
    """Whether the code is an active ISO 4217 currency that people pay in: one that a new price may be in.

    False for lowercase, for `XXX` and `XTS`, for metals and other units of account, for funds, and for currencies that
    were withdrawn.
    """
    return code in _IN_USE and code not in FUNDS


def digits(currency: str) -> int:
    """Number of decimals of the currency's minor unit: EUR 2, JPY 0, KWD 3; of a withdrawn currency too.

    Raises `MoneyError` (`unknown-currency`).
    """
    try:
        return _DIGITS[currency]
    except KeyError:
        raise MoneyError("unknown-currency", f"{currency!r} is not an ISO 4217 currency.") from None


def parse_decimal(text: str, max_decimals: int) -> tuple[int, int]:
    """A strict decimal string as (coefficient, decimals): `"-3.50"` gives (-350, 2).

    Only ASCII digits, one optional leading `-` and one point between digits are accepted; no exponent,
    grouping, space or superfluous leading zero. Raises `MoneyError`: `malformed-decimal`,
    `too-many-digits` (over 34), `too-many-decimals` (trailing zeros count too).
    """
    # The length comes first: a huge string is neither searched nor quoted in a message.
    if len(text) > MAX_DIGITS + len("-."):
        raise _too_many_digits()
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise MoneyError("malformed-decimal", f"{text!r} is not a decimal string such as '3.50'.")
    sign, whole, decimals = match.groups(default="")
    if len(whole) + len(decimals) > MAX_DIGITS:
        raise _too_many_digits()
    if len(decimals) > max_decimals:
        raise MoneyError("too-many-decimals", f"{text!r} has more than {max_decimals} decimals.")
    return int(sign + whole + decimals), len(decimals)


def _too_many_digits() -> MoneyError:
    return MoneyError("too-many-digits", f"A decimal has at most {MAX_DIGITS} digits.")


def parse_amount(text: str, currency: str) -> int:
    """A decimal string as minor units: `"3.50"` EUR gives 350, `"-0"` gives 0.

    Raises `MoneyError` as `parse_decimal` and `digits` do; more decimals than the currency has are refused.
    """
    places = digits(currency)
    coefficient, decimals = parse_decimal(text, places)
    return int(coefficient * 10 ** (places - decimals))


def format_amount(minor: int, currency: str) -> str:
    """Minor units as a decimal string with all of the currency's digits: -5 EUR gives `"-0.05"`."""
    return format_scaled(minor, digits(currency))


def format_scaled(coefficient: int, places: int) -> str:
    """`coefficient` × 10 to the power of `-places`, written with exactly `places` decimals."""
    if places == 0:
        return str(coefficient)
    text = str(abs(coefficient)).zfill(places + 1)
    return f"{'-' if coefficient < 0 else ''}{text[:-places]}.{text[-places:]}"
