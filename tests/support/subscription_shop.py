"""The samples of document 001, made to fit a shop's catalog; and its bodies compared with the samples."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[1] / "samples" / "subscription-shop"
WITHIN_THE_SCHEMA = {"subscriptionSubSource": "TRIAL_CONVERSION", "durationUntilTrialEnd": 3}
"""Fields whose samples the document's own schema does not allow, with values that it does."""
FULL_CATALOG = {
    "offerings": [
        {"id": "box", "name": "Box", "taxCategory": "standard", "bundle": [{"offeringId": "key", "default": 1}]},
        {"id": "key", "name": "Key", "taxCategory": "standard"},
    ],
    "prices": [
        {"id": "p-box", "offeringId": "box", "type": "one-time", "currency": "EUR", "amount": "30.00"},
        {"id": "p-key", "offeringId": "key", "type": "recurring", "period": "P1M", "currency": "EUR", "amount": "2.00"},
    ],
    "taxes": [{"id": "fr", "country": "FR", "category": "standard", "rate": "10"}],
}
"""A box at 30.00 with a key at 2.00 a month, and 10 % on top: the tenant has a tax of the same name at 20 %."""


def sample(name: str, **fields: Any) -> Any:
    """A sample of the document, but for some fields."""
    given = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    if not isinstance(given, dict):
        return given
    fitting = {each: value for each, value in WITHIN_THE_SCHEMA.items() if each in given}
    return {**given, **fitting, **fields}


def update(product: str, **fields: Any) -> Any:
    """The sample of `update-products` for a product that the cart has."""
    return sample("update-products", id=product, **fields)


def item(*products: str, **fields: Any) -> Any:
    """The sample of `create-item` with these products, each as in the sample of `update-products`."""
    return sample("create-item", **{"wantedProducts": [update(each) for each in products], **fields})


def checkout(*products: str, **fields: Any) -> Any:
    """The sample of `create-checkout` with the products of its catalog."""
    return sample("create-checkout", cart=item(*products), fullCatalog={**FULL_CATALOG, **fields})


def upgrade(product: str, subscription: str) -> Any:
    """The sample of `create-mid-term-upgrade` for a subscription."""
    wanted = update(product)
    del wanted["previousLineItemId"]
    return sample("create-mid-term-upgrade", subscriptionId=subscription, wantedProduct=wanted)


def differences(body: Any, name: str) -> list[str]:
    """Names that a body has and its sample has not, or the other way, and values of another type; null is of any."""
    expected = sample(name)
    names = sorted(body.keys() ^ expected.keys())
    types = [each for each in expected if body.get(each) is not None and _kind(body[each]) is not _kind(expected[each])]
    return [*names, *types]


def _kind(value: Any) -> type:
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)


def exact(value: Any) -> Any:
    """JSON as a call has it: fractions as decimals."""
    match value:
        case dict():
            return {name: exact(each) for name, each in value.items()}
        case list():
            return [exact(each) for each in value]
        case float():
            return Decimal(repr(value))
    return value
