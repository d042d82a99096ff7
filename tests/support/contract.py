"""The bodies that the wire contract gives as examples, word for word."""

from typing import Any

Body = dict[str, Any]

CATALOG: list[tuple[str, Body]] = [
    (
        "upsert-taxes",
        {"taxes": [{"id": "fr-standard", "country": "FR", "category": "standard", "name": "TVA", "rate": "20"}]},
    ),
    (
        "upsert-offerings",
        {
            "offerings": [
                {
                    "id": "EPO-90-200008",
                    "name": "Add-on",
                    "categories": ["ADDON"],
                    "taxCategory": "standard",
                    "characteristics": [
                        {"name": "color", "valueType": "string", "mandatory": False, "values": ["red", "blue"]}
                    ],
                    "bundle": [{"offeringId": "sim", "min": 1, "max": 1, "default": 1}],
                    "channels": ["web"],
                    "validFor": {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": None},
                }
            ]
        },
    ),
    (
        "upsert-prices",
        {
            "prices": [
                {
                    "id": "pp-1",
                    "offeringId": "EPO-90-200008",
                    "type": "recurring",
                    "period": "P1M",
                    "currency": "EUR",
                    "amount": "9.99",
                    "taxIncluded": True,
                    "channel": "web",
                    "marketSegment": None,
                    "place": None,
                    "agreementId": None,
                    "term": None,
                    "characteristics": {"color": "red"},
                    "tiers": [],
                    "tierMode": "volume",
                    "validFor": None,
                }
            ]
        },
    ),
    (
        "upsert-promotions",
        {
            "promotions": [
                {
                    "id": "ten-off",
                    "name": "10 % above 100",
                    "level": "cart",
                    "priority": 10,
                    "exclusive": False,
                    "coupon": None,
                    "conditions": [{"kind": "minimum-amount", "amount": "100.00", "currency": "EUR"}],
                    "benefits": [{"kind": "percent", "value": "10"}],
                    "caps": {"perCart": 1, "perCustomer": None, "total": None},
                    "validFor": None,
                }
            ]
        },
    ),
    (
        "upsert-vouchers",
        {
            "vouchers": [
                {
                    "code": "R172KKIP7NAW",
                    "name": "Welcome Voucher",
                    "reductionPercent": "50",
                    "reductionAmount": None,
                    "currency": "EUR",
                    "everyRecurringPayment": False,
                    "uses": 1,
                    "validFor": None,
                }
            ]
        },
    ),
]
"""What the catalog commands carry, in the order of the contract."""

CART: Body = {
    "country": "FR",
    "locale": "fr-FR",
    "currency": "EUR",
    "storeId": "s-1",
    "channel": {"id": "web"},
    "place": None,
    "marketSegment": None,
    "customer": {"id": "u-1", "userType": "CUSTOMER"},
    "keys": {"salesJourneyId": "32423423"},
    "pricingPolicy": {"preset": "default"},
    "containers": [{"id": "k-1", "category": "mobile", "processContext": "new", "portfolioId": None}],
    "items": [
        {
            "id": "i-1",
            "offeringId": "EPO-90-200008",
            "quantity": 1,
            "containerId": "k-1",
            "parentId": None,
            "action": "add",
            "term": None,
            "characteristics": {"color": "red"},
        }
    ],
}
"""What `create-cart` carries."""

OTHER: list[tuple[str, Body]] = [
    ("upsert-offerings", {"offerings": [{"id": "EPO-90-200009"}]}),
    (
        "upsert-prices",
        {
            "prices": [
                {
                    "id": "pp-2",
                    "offeringId": "EPO-90-200009",
                    "type": "one-time",
                    "currency": "EUR",
                    "amount": "95.00",
                }
            ]
        },
    ),
]
"""The offering that the contract adds to the cart, which it does not define: 95.00 once, free of tax."""

PRICED_ITEM: Body = {
    "prices": [
        {
            "id": "pp-1",
            "type": "recurring",
            "period": "P1M",
            "unitAmount": "9.99",
            "list": "19.98",
            "alterations": [{"source": "promotion", "id": "ten-off", "amount": "-2.00"}],
            "net": "14.98",
            "taxes": [{"id": "fr-standard", "rate": "20", "amount": "3.00"}],
            "gross": "17.98",
        }
    ]
}
PRICED_TOTALS: list[Body] = [
    {
        "type": "recurring",
        "period": "P1M",
        "list": "19.98",
        "discount": "2.00",
        "net": "14.98",
        "taxes": [{"id": "fr-standard", "rate": "20", "amount": "3.00"}],
        "gross": "17.98",
    }
]
PRICED_DUE_NOW: Body = {"gross": "17.98", "adjustments": "0.00", "payable": "17.98"}
"""The priced parts of a cart that holds two of the first offering, ten percent off."""
