"""What every system works on: one catalog, carts of any number of lines, and the commands that change them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

import orjson

from benchmarks.promotions import coupon, promotions
from engine.execute import execute
from engine.reading import Origin, read_command
from facts.snapshot import CatalogRows, Facts
from handlers.kinds import CartCommand
from models.cart.cart import Cart
from models.catalog.offering import Offering
from models.catalog.price_point import PricePoint
from models.catalog.tax import Tax

TENANT = "default"
QUIET_TENANT = "quiet"
"""Another one, who makes few calls beside the first one's many."""
OFFERINGS = 500
SEEDED_AT = datetime(2026, 1, 1, tzinfo=UTC)
SMALL = 5
"""Lines of an ordinary cart."""
LARGE = 100
"""Lines of a large one with promotions."""
QUANTITIES = 1_000_000
"""The largest quantity; a run uses each just once, so that every command changes something."""

_runs = uuid4().hex[:8]
_messages = count(1)
_quantities = count(1)


def catalog() -> CatalogRows:
    """Offerings with one monthly price each, taxes included, their tax, and promotions that ask for a coupon."""
    return CatalogRows(
        offerings=tuple(
            Offering.model_validate(
                {
                    "id": f"offering-{number}",
                    "name": f"Offering {number}",
                    "categories": ["odd" if number % 2 else "even"],
                    "taxCategory": "standard",
                }
            )
            for number in range(OFFERINGS)
        ),
        prices=tuple(PricePoint.model_validate(_price(number)) for number in range(OFFERINGS)),
        taxes=(
            Tax.model_validate(
                {"id": "fr-standard", "country": "FR", "category": "standard", "name": "TVA", "rate": "20"}
            ),
        ),
        promotions=promotions(),
    )


def facts() -> Facts:
    """The catalog, ready for look-up."""
    return Facts().with_rows(catalog(), 1)


def cart(lines: int, promoted: int = 0) -> Cart:
    """A priced cart at version 1 with `lines` lines and `promoted` promotions, made by commands."""
    return cart_of([line % OFFERINGS for line in range(lines)], promoted)


def cart_of(offerings: Sequence[int], promoted: int = 0) -> Cart:
    """The same with a line for each of these offerings, by their numbers."""
    items = [
        {"id": f"i-{line}", "offeringId": f"offering-{number}", "quantity": 1, "containerId": "k-1"}
        for line, number in enumerate(offerings)
    ]
    data = {
        "country": "FR",
        "locale": "fr-FR",
        "currency": "EUR",
        "channel": {"id": "web"},
        "customer": {"id": "u-1", "userType": "CUSTOMER"},
        "containers": [{"id": "k-1", "category": "mobile", "processContext": "new"}],
        "items": items,
    }
    made = _executed(None, "create-cart", data)
    for number in range(promoted):
        made = _executed(made, "apply-promotion", {"coupon": coupon(number)})
    return replace(made, version=1)


def dearer(offerings: Iterable[int], euros: int) -> CatalogRows:
    """The rows of a revision that raises the first prices of these offerings by so much."""
    return CatalogRows(prices=tuple(PricePoint.model_validate(_price(number, euros)) for number in offerings))


def carts(prefix: str, lines: int, many: int, promoted: int = 0) -> list[Cart]:
    """Carts that differ in nothing but their ids, `<prefix>-<number>`."""
    model = cart(lines, promoted)
    return [replace(model, id=f"{prefix}-{number}") for number in range(many)]


def quantity_changes(cart_ids: Iterator[str], lines: int = SMALL, **envelope: Any) -> Iterator[tuple[str, str, bytes]]:
    """For each cart id an `update-products` that changes one line's quantity: cart id, type, body."""
    for number, cart_id in enumerate(cart_ids):
        product = {"id": f"i-{number % lines}", "quantity": 1 + next(_quantities) % QUANTITIES}
        body = {"type": "update-products", "cartId": cart_id, **envelope, "data": {"products": [product]}}
        yield cart_id, "update-products", orjson.dumps(body)


def reads(cart_ids: Iterator[str]) -> Iterator[tuple[str, str, bytes]]:
    """For each cart id a `get-cart`: cart id, type, body."""
    for cart_id in cart_ids:
        yield cart_id, "get-cart", orjson.dumps({"type": "get-cart", "cartId": cart_id, "data": {}})


def repricings(cart_ids: Iterable[str]) -> Iterator[tuple[str, str, bytes]]:
    """For each cart id a `reprice-cart`: cart id, type, body."""
    for cart_id in cart_ids:
        yield cart_id, "reprice-cart", orjson.dumps({"type": "reprice-cart", "cartId": cart_id, "data": {}})


def message_id() -> str:
    """An id that no message had before."""
    return f"{_runs}-{next(_messages)}"


def _executed(before: Cart | None, kind: str, data: dict[str, Any]) -> Cart:
    body = orjson.dumps({"type": kind, "cartId": "c-0", "data": data})
    entry, command = read_command(body, Origin(TENANT, kind, "seed", None, None, SEEDED_AT))
    if not isinstance(entry, CartCommand):
        raise TypeError(f"{kind} is not a command about a cart")
    return execute(entry, before, command, facts(), SEEDED_AT, ()).cart


def _price(number: int, more: int = 0) -> dict[str, Any]:
    return {
        "id": f"price-{number}",
        "offeringId": f"offering-{number}",
        "type": "recurring",
        "period": "P1M",
        "currency": "EUR",
        "amount": f"{5 + number % 40 + more}.99",
        "taxIncluded": True,
    }
