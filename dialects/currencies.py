"""Which currency a country pays in, for documents that name a country and no currency (CLDR)."""

from datetime import date
from functools import lru_cache

from babel.numbers import get_territory_currencies

from cartwright.wire.money import in_use


@lru_cache(maxsize=1024)
def currency_of(country: str, day: date | None = None) -> str | None:
    """The country's legal tender on a day, today if absent; none if it is not known to have one of ISO 4217."""
    return next(filter(in_use, get_territory_currencies(country, day, day)), None)
