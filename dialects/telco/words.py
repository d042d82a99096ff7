"""What the document calls things, and what carts call them."""

from collections.abc import Mapping

PRICE_TYPES: Mapping[str, str] = {
    "one-time": "Onetime",
    "recurring": "Recurring",
    "allowance": "Allowance",
    "usage": "Usage",
}
PERIODS: Mapping[str, str] = {"P1M": "Monthly", "P3M": "Quarterly", "P1Y": "Annually"}
"""Periods that have a name in the document; others are written in ISO 8601."""
STATUSES: Mapping[str, str] = {
    "active": "ACTIVE",
    "saved": "ACTIVE",
    "abandoned": "ABONDONED",
    "submitted": "SUBMITTED",
    "expired": "EXPIRED",
    "quote-created": "QUOTE_CREATED",
    "deleted": "DELETED",
}
ACTIONS: Mapping[str, str] = {
    "add": "add",
    "modify": "modify",
    "delete": "delete",
    "no-change": "noChange",
    "keep": "keep",
    "terminate": "terminate",
    "swap": "swap",
}
ADJUSTMENTS: Mapping[str, str] = {
    "gift-card": "giftCard",
    "wallet": "wallet",
    "voucher": "voucher",
    "down-payment": "downPayment",
}
OVERRIDES: Mapping[str, str] = {
    "flat": "Flat Discount",
    "percent": "Percentage Discount",
    "new-price": "Price Override",
}
OVERRIDE_SOURCES: Mapping[str, str] = {"manual": "manualPriceOverride", "external": "externalPriceOverride"}
PROMOTION_LEVELS: Mapping[str, str] = {"item": "cartItem", "container": "offerContainer", "cart": "cart"}
LIFECYCLES: Mapping[str, str] = {"draft": "Draft", "active": "Launched", "paused": "Paused", "retired": "Retired"}
BENEFITS: Mapping[str, str] = {
    "percent": "Percentage Discount",
    "fixed": "Flat Discount",
    "fixed-price": "Price Override",
    "free-item": "Add Product",
    "recurring-discount": "Percentage Discount",
    "free-period": "Free Period",
    "buy-get": "Buy And Get",
    "nth-cheapest": "Cheapest Free",
}
TERM_UNITS: Mapping[str, str] = {"day": "D", "week": "W", "month": "M", "year": "Y"}
"""The letters of contract terms, e.g. `24M`."""


def inverse(words: Mapping[str, str]) -> Mapping[str, str]:
    """What carts call the things that the document calls so; of two, the first."""
    found: dict[str, str] = {}
    for ours, theirs in words.items():
        found.setdefault(theirs, ours)
    return found


def price_type(kind: str) -> str:
    """The document's name of a price type."""
    return PRICE_TYPES[kind]


def period_name(period: str | None) -> str | None:
    """The document's name of a period: `P1M` is `Monthly`; one that it has no name for stays as it is."""
    return None if period is None else PERIODS.get(period, period)
