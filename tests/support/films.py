"""The video store of document 003: one film under four access modes, a subscription, vouchers, the store's rules."""

from typing import Any

OFFERINGS = [
    {"id": "1", "name": "The line", "categories": ["TVOD"]},
    {"id": "2", "name": "All you can see", "categories": ["SVOD"]},
    {"id": "3", "name": "A poster", "categories": ["MERCHANDISE"]},
    {"id": "4"},
]


def _mode(mode: str, amount: str, kind: str, way: str, duration: str | None, **fields: Any) -> dict[str, Any]:
    characteristics = {"accessMode": mode, "type": kind, "mode": way, "quality": "ALL"}
    if duration is not None:
        characteristics["duration"] = duration
    row = {"offeringId": "1", "type": "one-time", "currency": "EUR", "amount": amount, "taxIncluded": True}
    return {**row, "characteristics": characteristics, **fields}


def _both(name: str, euros: str, dollars: str, *rest: Any) -> list[dict[str, Any]]:
    return [
        {**_mode(rest[0], euros, *rest[1:]), "id": f"{name}-eur"},
        {**_mode(rest[0], dollars, *rest[1:]), "id": f"{name}-usd", "currency": "USD"},
    ]


PRICES = [
    *_both("a-included", "0", "0", "64", "SUBSCRIPTION", "ALL", None),
    *_both("b-streaming", "3.50", "3.83", "2", "RENT", "STREAMING", "31"),
    *_both("c-download", "4.35", "4.75", "3", "RENT", "DOWNLOAD", "31"),
    *_both("d-rent", "6.00", "6.57", "1", "RENT", "ALL", "31"),
    {
        **_mode("9", "9.90", "SUBSCRIPTION", "ALL", None, type="recurring", period="P1M"),
        "id": "monthly",
        "offeringId": "2",
    },
    {"id": "poster", "offeringId": "3", "type": "one-time", "currency": "EUR", "amount": "12.00"},
]
VOUCHERS = [
    {"code": "R172KKIP7NAW", "name": "Welcome Voucher", "reductionPercent": "50", "uses": None},
    {"code": "ONE", "reductionAmount": "1.05", "currency": "EUR", "everyRecurringPayment": True, "uses": None},
]
RULES = [
    {"id": "owned", "kind": "owned-once"},
    {"id": "apart", "kind": "exclusive-kinds", "kinds": [{"categories": ["SVOD"]}, {"categories": ["TVOD"]}]},
]
FACTS = {"offerings": OFFERINGS, "prices": PRICES, "vouchers": VOUCHERS, "rules": RULES}
