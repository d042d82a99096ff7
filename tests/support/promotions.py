"""Promotions in short, what a cart costs with them, and what is refused of them."""

from typing import Any

import pytest

from cartwright.wire.refusals import Refusal
from support.pricing import document, price_row, priced

EUR = {"currency": "EUR"}
Rows = list[dict[str, Any]]


def payable(quantities: dict[str, int], prices: Rows, *promotions: dict[str, Any], **more: Any) -> str:
    facts = more.pop("facts", {})
    told = document(quantities, prices, *promotions, **more)
    told["facts"] |= facts
    asked = [each["id"] for each in promotions if each.get("automatic") is False]
    cart = priced({**told, "promotionIds": asked})
    places = 0 if cart.currency in {"VND", "JPY"} else 2
    return f"{cart.pricing.due_now.payable / 10**places:.{places}f}"


def percent(value: str, **fields: Any) -> dict[str, Any]:
    return {"kind": "percent", "value": value, **fields}


def off(amount: str, **fields: Any) -> dict[str, Any]:
    return {"kind": "fixed", "amount": amount, **EUR, **fields}


def at_least(amount: str, **fields: Any) -> dict[str, Any]:
    return {"kind": "minimum-amount", "amount": amount, **EUR, **fields}


def refusals(rule: dict[str, Any]) -> list[tuple[str, str]]:
    """Path and code of the problems of a promotion."""
    with pytest.raises(Refusal) as refusal:
        priced(document({"a": 1}, [price_row("a", "1.00")], rule))
    return [(each.path, each.code) for each in refusal.value.problems]
