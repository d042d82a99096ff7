"""What older builds let in, and this one no longer does: rows of a catalog, and the head of a cart."""

from typing import Any

FAR = 10**15
ROWS: dict[str, list[dict[str, Any]]] = {
    "offerings": [
        {"id": "plan", "bundle": [{"offeringId": "gone", "min": 0, "max": FAR, "default": 0}]},
        {"id": "many words " * 40, "name": "n" * 5000},
    ],
    "prices": [
        {
            "id": "pp-plan",
            "offeringId": "plan",
            "type": "recurring",
            "period": "P9999Y",
            "currency": "BGN",
            "amount": "9.99",
            "isProrated": True,
            "tiers": [{"minQuantity": FAR, "amount": "1.00", "blockSize": FAR}],
        },
    ],
    "taxes": [{"id": "t", "country": "Bulgaria", "category": "standard", "rate": "101"}],
    "promotions": [
        {
            "id": "p",
            "priority": FAR,
            "caps": {"total": FAR, "perCart": 1},
            "conditions": [
                {
                    "kind": "any",
                    "conditions": [
                        {"kind": "not", "condition": {"kind": "quantity", "minimum": FAR, "maximum": 2}},
                        {"kind": "minimum-amount", "amount": "5.00", "currency": "BGN"},
                    ],
                },
            ],
            "benefits": [{"kind": "percent", "value": "10", "maxQuantity": FAR}],
            "validFor": {"startDateTime": "1960-01-01T00:00:00Z", "endDateTime": "9999-12-31T00:00:00Z"},
        },
        {
            "id": "q",
            "conditions": [{"kind": "expression", "expression": "((("}, {"kind": "time-window", "timeZone": "Mars"}],
            "benefits": [{"kind": "fixed", "amount": "1.00", "currency": "BGN"}],
        },
    ],
    "rates": [{"id": "r", "from": "BGN", "to": "EUR", "rate": "0.51129"}],
    "vouchers": [{"code": "v", "reductionAmount": "5.00", "currency": "BGN", "uses": FAR}],
    "agreements": [{"id": "a b"}],
    "rules": [{"kind": "cardinality", "id": "c", "items": {}, "min": 0, "max": FAR}],
    "configuration": [
        {
            "limits": {"items": FAR},
            "installments": [
                {
                    "currency": "BGN",
                    "smallestPart": "0.01",
                    "largestPart": "9.00",
                    "mostParts": 120,
                    "period": "P9999Y",
                }
            ],
        }
    ],
}
"""Each holds something that is refused today."""

HEADER: dict[str, Any] = {
    "currency": "BGN",
    "country": "Bulgaria",
    "marketSegment": "two words",
    "keys": {"externalId": "x y"},
    "billCycleDay": 31,
    "paymentParts": 3,
    "validity": {"endDateTime": "9999-12-31T00:00:00Z"},
}
