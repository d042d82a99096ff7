"""Carts priced without a worker: short documents in, priced carts and explanations out."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cli.price import simulate
from engine.execute import execute
from engine.query import answer_query
from engine.reading import Origin, read_command
from facts.snapshot import CatalogRows, Facts
from handlers.kinds import CartCommand, Query
from handlers.needs import CatalogKey, Fetched
from models.answers.cart_answer import CartAnswer
from models.answers.explanation import Explanation
from models.answers.outcome import Outcome
from models.cart.cart import Cart
from models.cart.price import Alteration, Price

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
"""A Wednesday."""


def price_row(offering: str, amount: str, **fields: Any) -> dict[str, Any]:
    """A price that contains its tax; recurring, if the fields name a period."""
    kind = "recurring" if "period" in fields else "one-time"
    row = {"id": f"pp-{offering}", "offeringId": offering, "type": kind, "currency": "EUR", "taxIncluded": True}
    return {**row, "amount": amount, **fields}


def document(
    quantities: dict[str, int], prices: list[dict[str, Any]], *promotions: dict[str, Any], **header: Any
) -> dict[str, Any]:
    """A cart in France at 20 % tax with one item per offering, whose id is the offering's too."""
    offerings, fields = header.pop("offerings", []), header.pop("fields", {})
    described = {each["id"] for each in offerings}
    plain = {price["offeringId"] for price in prices} - described
    return {
        "country": "FR",
        "currency": "EUR",
        **header,
        "items": [
            {"id": name, "offeringId": name, "quantity": quantity, **fields.get(name, {})}
            for name, quantity in quantities.items()
        ],
        "facts": {
            "offerings": [*offerings, *({"id": name, "taxCategory": "standard"} for name in sorted(plain))],
            "prices": prices,
            "taxes": [{"id": "fr", "country": "FR", "category": "standard", "rate": "20"}],
            "promotions": list(promotions),
        },
    }


def promotion(name: str, benefit: dict[str, Any], *conditions: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A promotion with one benefit."""
    return {"id": name, "benefits": [benefit], "conditions": list(conditions), **fields}


def explained(document: dict[str, Any], at: datetime = NOON) -> tuple[Cart, Explanation]:
    """The priced cart and why; raises `Refusal`."""
    return simulate(json.dumps(document).encode(), at)


def priced(document: dict[str, Any], at: datetime = NOON) -> Cart:
    """The priced cart; raises `Refusal`."""
    return explained(document, at)[0]


def only_price(cart: Cart, item_id: str) -> Price:
    """The one price of an item."""
    item = cart.item(item_id)
    assert item is not None
    [price] = item.prices
    return price


def reductions(cart: Cart) -> dict[str, int]:
    """What alterations took off each item, in minor units; items without any are left out."""
    found: dict[str, int] = {}
    for item in cart.items:
        alterations: list[Alteration] = [each for price in item.prices for each in price.alterations]
        if alterations:
            found[item.id] = -sum(each.amount for each in alterations)
    return found


def rows(shop: dict[str, Any]) -> CatalogRows:
    """The facts of a document."""
    return CatalogRows.of(shop["facts"])


def run(
    kind: str,
    data: Any,
    cart: Cart | None,
    facts: Facts,
    others: Mapping[CatalogKey, Facts] = {},
    at: datetime = NOON,
    **envelope: Any,
) -> Outcome | CartAnswer:
    """What a cart command does, or what a query answers, at a time; raises `Refusal`."""
    body = json.dumps({"type": kind, "data": data, **({"cartId": cart.id} if cart else {}), **envelope}).encode()
    entry, command = read_command(body, Origin("default", kind, "m-1", None, None, at))
    fetched = Fetched(catalogs=others)
    if isinstance(entry, CartCommand):
        return execute(entry, cart, command, facts, at, (), fetched)
    assert isinstance(entry, Query)
    answer = answer_query(entry, cart, command, facts, at, fetched)
    assert isinstance(answer, CartAnswer)
    return answer
