"""Amounts as people of a country write them: `€3.50`, `3,50 €`, `CHF 1'234.50`.

Signs, their place and the separators are Babel's, from the Unicode locale data. The digits are those of ISO 4217 and
the amounts are whole minor units, so nothing is rounded: the locale data would write forints and Colombian pesos
without decimals, and Babel 2.19 takes apostrophes between digits for quotes and drops them.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from babel.numbers import get_currency_symbol, parse_pattern

from cartwright.wire.money import digits

PLAIN_LOCALE = "en"
"""For carts without a locale, and for locales that nobody knows."""


class _Form(NamedTuple):
    """What is around an amount, if it is positive and if it is negative, and what is between its digits."""

    before: tuple[str, str]
    after: tuple[str, str]
    decimal: str
    group: str
    groups: tuple[int, int]
    digits: int


def price_text(minor_units: int, currency: str, locale: str | None) -> str:
    """An amount of minor units with its currency's sign; raises `MoneyError` for an unknown currency."""
    form = _form(locale or PLAIN_LOCALE, currency)
    negative = minor_units < 0
    figures = str(abs(minor_units)).zfill(form.digits + 1)
    whole, part = figures[: len(figures) - form.digits], figures[len(figures) - form.digits :]
    number = _grouped(whole, form) + (form.decimal + part if part else "")
    return form.before[negative] + number + form.after[negative]


def _grouped(whole: str, form: _Form) -> str:
    """Groups of digits from the right: the first one may be of another size than the others (`12,34,567`)."""
    size, parts = form.groups[0], []
    while len(whole) > size:
        parts.append(whole[-size:])
        whole, size = whole[:-size], form.groups[1]
    return form.group.join([whole, *reversed(parts)])


@lru_cache(maxsize=1024)
def _form(name: str, currency: str) -> _Form:
    locale = _locale(name)
    pattern = parse_pattern(locale.currency_formats["standard"].pattern)
    symbols = locale.number_symbols["latn"]
    sign = get_currency_symbol(currency, locale)
    before, after = (
        (_affix(positive, sign), _affix(negative, sign)) for positive, negative in (pattern.prefix, pattern.suffix)
    )
    return _Form(
        before,
        after,
        symbols.get("currencyDecimal", symbols["decimal"]),
        symbols.get("currencyGroup", symbols["group"]),
        pattern.grouping,
        digits(currency),
    )


def _affix(text: str, sign: str) -> str:
    """What is before or after the number; text in quotes is meant literally, and a doubled quote is one."""
    unquoted = re.sub(r"'([^']*)'", lambda match: match[1] or "'", text)
    return unquoted.replace("¤", sign)


def _locale(name: str) -> Locale:
    """The locale, or the one of its language, or the plain one."""
    for candidate in (name, name.partition("-")[0], PLAIN_LOCALE):
        try:
            return Locale.parse(candidate, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    raise LookupError(f"Babel does not know {PLAIN_LOCALE}")
