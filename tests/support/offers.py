"""What a shop has besides its offerings: promotions, vouchers, rules, rates and settings, for random streams."""

from typing import Any

TEN_OFF = {"kind": "percent", "value": "10"}
PROMOTIONS: list[dict[str, Any]] = [
    {
        "id": "often",
        "level": "item",
        "conditions": [{"kind": "quantity", "minimum": 3}],
        "benefits": [{"kind": "buy-get", "buy": 2, "get": 1}],
    },
    {
        "id": "large",
        "priority": 5,
        "exclusive": True,
        "conditions": [{"kind": "minimum-amount", "amount": "150.00", "currency": "EUR"}],
        "benefits": [TEN_OFF, {"kind": "fixed", "amount": "3.33", "currency": "EUR"}],
    },
    {
        "id": "gift",
        "conditions": [{"kind": "offering", "offeringIds": ["phone"]}],
        "benefits": [{"kind": "free-item", "offeringId": "plan"}],
    },
    {"id": "spring", "coupon": "SPRING", "benefits": [TEN_OFF]},
    {"id": "loyal", "automatic": False, "caps": {"total": 1}, "benefits": [{"kind": "free-period", "periods": 2}]},
]
VOUCHERS: list[dict[str, Any]] = [
    {"code": "HALF", "reductionPercent": "50", "uses": None},
    {"code": "FIVE", "reductionAmount": "5.00", "currency": "EUR", "uses": 1},
    {"code": "LATE", "reductionPercent": "5", "validFor": {"startDateTime": "2027-01-01T00:00:00Z"}},
]
RULES: list[dict[str, Any]] = [
    {"kind": "cardinality", "id": "few-phones", "items": {"offeringIds": ["phone"]}, "max": 6},
    {"kind": "add-item", "id": "cover", "when": {"offeringIds": ["phone"]}, "offeringId": "plan"},
]
RATES: list[dict[str, Any]] = [{"id": "eur-usd", "from": "EUR", "to": "USD", "rate": "1.0842"}]
CONFIGURATION: dict[str, Any] = {
    "overrideLimits": [{"role": "agent", "floor": "50", "ceiling": "120"}],
    "installments": [{"currency": "EUR", "smallestPart": "5.00", "largestPart": "500.00", "mostParts": 4}],
}
OFFERS: dict[str, list[dict[str, Any]]] = {
    "promotions": PROMOTIONS,
    "vouchers": VOUCHERS,
    "rules": RULES,
    "rates": RATES,
    "configuration": [CONFIGURATION],
}
"""Rows by their kind."""
