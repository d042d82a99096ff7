"""Amounts: decimal strings to minor units and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartwright.wire.money import MoneyError, digits, format_amount, in_use, parse_amount

CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "CLF"])


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("3.50", "EUR", 350),
        ("3.5", "EUR", 350),
        ("3", "EUR", 300),
        ("-0", "EUR", 0),
        ("-0.05", "EUR", -5),
        ("4", "JPY", 4),
        ("1.250", "KWD", 1250),
        ("0.0001", "CLF", 1),
    ],
)
def test_parses_to_minor_units(text: str, currency: str, minor: int) -> None:
    assert parse_amount(text, currency) == minor


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(350, "EUR", "3.50"), (-5, "EUR", "-0.05"), (0, "EUR", "0.00"), (4, "JPY", "4"), (1250, "KWD", "1.250")],
)
def test_formats_all_digits(minor: int, currency: str, text: str) -> None:
    assert format_amount(minor, currency) == text


@pytest.mark.parametrize(
    "text", ["", "-", "+1", "1e3", "1_000", " 1 ", "1\n", "١٢", "1,5", ".5", "5.", "01", "--1", "NaN", "Infinity"]
)
def test_refuses_what_is_no_plain_decimal(text: str) -> None:
    with pytest.raises(MoneyError) as refused:
        parse_amount(text, "EUR")
    assert refused.value.code == "malformed-decimal"


@pytest.mark.parametrize(("text", "currency"), [("1.000", "EUR"), ("1.5", "JPY"), ("10.000000000000000000001", "EUR")])
def test_refuses_more_decimals_than_the_currency_has(text: str, currency: str) -> None:
    with pytest.raises(MoneyError) as refused:
        parse_amount(text, currency)
    assert refused.value.code == "too-many-decimals"


@pytest.mark.parametrize("text", ["9" * 35, "-" + "9" * 35, "1" * 33 + ".11", "9" * 100_000])
def test_refuses_more_than_34_digits(text: str) -> None:
    with pytest.raises(MoneyError) as refused:
        parse_amount(text, "EUR")
    assert refused.value.code == "too-many-digits"


def test_accepts_34_digits() -> None:
    assert parse_amount("-" + "9" * 32 + ".99", "EUR") == -int("9" * 34)


def test_digits_are_those_of_iso_4217() -> None:
    # CLDR says that the Iraqi dinar has none.
    assert [digits(code) for code in ("EUR", "JPY", "KWD", "IQD", "CLF")] == [2, 0, 3, 3, 4]


@pytest.mark.parametrize("code", ["eur", "XXX", "XTS", "XAU", "XDR", "ZZZ", "", "EURO"])
def test_unknown_currencies(code: str) -> None:
    assert not in_use(code)
    with pytest.raises(MoneyError) as refused:
        digits(code)
    assert refused.value.code == "unknown-currency"


@given(st.integers(-(10**30), 10**30), CURRENCIES)
def test_format_then_parse_is_identity(minor: int, currency: str) -> None:
    assert parse_amount(format_amount(minor, currency), currency) == minor
