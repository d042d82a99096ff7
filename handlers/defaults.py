"""The tenant's defaults: country, locale and currency of a new cart whose command names none."""

from collections.abc import Mapping

from pydantic import JsonValue

from cartwright.wire.refusals import ErrorCode, Refusal
from facts.snapshot import Facts


def with_defaults(header: Mapping[str, JsonValue], facts: Facts) -> dict[str, JsonValue]:
    """The header fields that are given, and the tenant's defaults for others; raises `invalid` without a currency."""
    given = {name: value for name, value in header.items() if value is not None}
    every = {**facts.configuration.defaults.wire(), **given}
    if every.get("currency") is None:
        message = "A cart has a currency, and there is no default one."
        raise Refusal.at("/data/currency", ErrorCode.INVALID, message, "missing")
    return {name: value for name, value in every.items() if value is not None}
