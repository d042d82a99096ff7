"""The promotions of the scene. Each has a coupon, so that only the carts that are given it bear its cost."""

from typing import Any

from pricing.promotion import Promotion

FEW, MANY = 2, 5
"""How many promotions an ordinary cart and a large one have."""

_ROWS: tuple[dict[str, Any], ...] = (
    {
        "level": "item",
        "conditions": [{"kind": "category", "categories": ["even"]}],
        "benefits": [{"kind": "percent", "value": "10"}],
    },
    {
        "level": "cart",
        "conditions": [{"kind": "minimum-amount", "amount": "20.00", "currency": "EUR"}],
        "benefits": [{"kind": "percent", "value": "5"}],
    },
    {
        "level": "container",
        "conditions": [{"kind": "quantity", "minimum": 3}],
        "benefits": [{"kind": "fixed", "amount": "2.50", "currency": "EUR"}],
    },
    {
        "level": "container",
        "conditions": [{"kind": "offering", "offeringIds": ["offering-1", "offering-3"]}],
        "benefits": [{"kind": "buy-get", "buy": 2, "get": 1, "target": {"categories": ["odd"]}}],
    },
    {
        "level": "cart",
        "priority": 1,
        "conditions": [{"kind": "customer-type", "userTypes": ["CUSTOMER"]}],
        "benefits": [{"kind": "nth-cheapest", "n": 2, "percent": "50", "target": {"categories": ["even"]}}],
    },
)


def coupon(number: int) -> str:
    """The coupon of the promotion with this number, from 0."""
    return f"COUPON-{number}"


def promotions() -> tuple[Promotion, ...]:
    """Of lines, of containers, of the cart; the first `FEW` of them are those of ordinary carts."""
    return tuple(
        Promotion.model_validate({"id": f"promotion-{number}", "coupon": coupon(number), **row})
        for number, row in enumerate(_ROWS)
    )
