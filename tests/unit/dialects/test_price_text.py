"""Amounts as text: everything that we rely on in Babel's data, and the digits that never come from it."""

from decimal import Decimal

import pytest
from babel import Locale
from babel.numbers import format_currency

from dialects.price_text import price_text

ROWS = [
    (350, "EUR", "en", "€3.50"),
    (383, "USD", "en-US", "$3.83"),
    (0, "USD", "en-US", "$0.00"),
    (5, "EUR", "en", "€0.05"),
    (-350, "EUR", "en", "-€3.50"),
    (123456750, "EUR", "fr-FR", "1\u202f234\u202f567,50\u00a0€"),
    (123456750, "EUR", "de-DE", "1.234.567,50\u00a0€"),
    (123456750, "INR", "en-IN", "₹12,34,567.50"),
    (1500, "JPY", "ja-JP", "￥1,500"),
    (1500, "JPY", "en", "¥1,500"),
    (12345, "KWD", "en", "KWD12.345"),
    (123450, "EGP", "ar-EG", "\u200f1,234.50\u00a0ج.م.\u200f"),
    (100, "TWD", "zh-Hant-TW", "$1.00"),
    # The locale data have no decimals for these two, ISO 4217 has two.
    (123450, "HUF", "hu-HU", "1\u00a0234,50\u00a0Ft"),
    (123450, "COP", "es-CO", "$1.234,50"),
    # Swiss separators are apostrophes, which Babel takes for quotes; the Romandy writes money with a point.
    (123456750, "CHF", "de-CH", "CHF\u00a01'234'567.50"),
    (123456750, "CHF", "fr-CH", "1'234'567.50\u00a0CHF"),
    (-350, "CHF", "de-CH", "CHF-3.50"),
    # A withdrawn currency, unknown regions, unknown languages, no locale.
    (100, "BGN", "en", "BGN1.00"),
    (350, "EUR", "fr-ZZ", "3,50\u00a0€"),
    (350, "EUR", "xx-YY", "€3.50"),
    (350, "EUR", "en-GB-oxendict", "€3.50"),
    (350, "EUR", None, "€3.50"),
]


@pytest.mark.parametrize(("minor", "currency", "locale", "text"), ROWS)
def test_amounts_as_people_write_them(minor: int, currency: str, locale: str | None, text: str) -> None:
    assert price_text(minor, currency, locale) == text


LOCALES = (
    "bg-BG cs-CZ da-DK de-AT de-DE el-GR en-GB en-ZA es-ES et-EE fi-FI ga-IE gsw he-IL hr-HR hi-IN id-ID it-IT ko-KR"
    " lt-LT lv-LV mt-MT nb-NO nl-NL pl-PL pt-BR pt-PT ro-RO ru-RU sk-SK sl-SI sv-SE th-TH tr-TR uk-UA vi-VN zh-Hans-CN"
)


@pytest.mark.parametrize("name", LOCALES.split())
def test_it_is_what_babel_writes_except_for_apostrophes(name: str) -> None:
    text = price_text(123456789, "EUR", name)
    babels = format_currency(Decimal("1234567.89"), "EUR", locale=Locale.parse(name, sep="-"))
    assert text.replace("'", "") == babels


def test_what_babel_does_that_is_not_relied_on() -> None:
    assert format_currency(1234.5, "HUF", locale="hu") == "1\u00a0234\u00a0Ft"
    assert format_currency(1234567.5, "CHF", locale="de_CH") == "CHF\u00a01234567.50"
