"""Carts with recurring prices, and what they cost from period to period."""

from datetime import UTC, datetime
from typing import Any

from models.cart.cart import Cart
from models.cart.price import Price
from models.cart.pricing_result import Total
from support.pricing import document, price_row, priced

JUNE = datetime(2024, 6, 16, 12, tzinfo=UTC)
Course = list[tuple[int, int | None, int]]
"""First period, number of periods, gross amount in minor units."""


def course(part: Price | Total) -> Course:
    """The phases of a price or total."""
    return [(each.from_period, each.periods, each.gross) for each in part.phases]


def monthly(amount: str, **fields: Any) -> dict[str, Any]:
    """A price of offering `a`."""
    return price_row("a", amount, **{"period": "P1M", **fields})


def cart_of(*promotions: dict[str, Any], prices: list[dict[str, Any]], **more: Any) -> Cart:
    """A cart with one of each offering, priced on 16 June 2024."""
    names = more.pop("quantities", {each["offeringId"]: 1 for each in prices})
    vouchers = more.pop("vouchers", [])
    at = more.pop("at", JUNE)
    asked = [{"id": each["id"]} for each in promotions if each.get("automatic") is False]
    told = document(names, prices, *promotions, **more)
    told["facts"]["vouchers"] = vouchers
    told["vouchers"] = [{"code": each["code"]} for each in vouchers]
    if asked:
        told["promotions"] = asked
    return priced(told, at)


def total(cart: Cart, period: str = "P1M") -> Total:
    """The total of one period."""
    return next(each for each in cart.pricing.totals if each.period == period)
