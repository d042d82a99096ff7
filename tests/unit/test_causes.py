"""What moved a price is named from what differs (`because`): a cause for each fact, and none for what follows."""

from datetime import UTC, datetime
from typing import Any

from facts.snapshot import CatalogRows, Facts
from models.cart.cart import Cart
from support.pricing import NOON, document, price_row, rows, run

TWO_DAYS_LATER = datetime(2026, 3, 6, 12, tzinfo=UTC)
EUR = {"currency": "EUR"}
REPRICE = ("reprice-cart", {})
LISTED, TAXED, BEGAN, POLICY = "list-price-changed", "tax-changed", "period-began", "policy-changed"
OLD = {"validFor": {"endDateTime": "2026-03-05T00:00:00Z"}}
"""Over two days later."""
Because = dict[str | None, list[str]]


def monthly(amount: str, **fields: Any) -> dict[str, Any]:
    return price_row("m", amount, period="P1M", **fields)


def opened(shop: dict[str, Any]) -> tuple[Cart, Facts]:
    """A cart at noon with all vouchers that there are, and the catalog."""
    facts = Facts().with_rows(rows(shop), 1)
    cart = run("create-cart", {name: value for name, value in shop.items() if name != "facts"}, None, facts).cart
    for voucher in shop["facts"].get("vouchers", ()):
        assert cart is not None
        cart = run("add-voucher", {"code": voucher["code"]}, cart, facts).cart
    assert cart is not None
    return cart, facts


def moved(
    shop: dict[str, Any],
    command: tuple[str, dict[str, Any]] = REPRICE,
    *,
    then: dict[str, Any] | None = None,
    at: datetime = NOON,
) -> list[dict[str, Any]]:
    """What a command moves, with those rows of the catalog renewed before it."""
    cart, facts = opened(shop)
    renewed = facts.with_rows(CatalogRows.of(then), 2) if then else facts
    return list(run(*command, cart, renewed, at=at).price_changes)


def because(*arguments: Any, **more: Any) -> Because:
    """Why lines, and the total under None, were moved by it."""
    found = moved(*arguments, **more)
    assert found
    return {each.get("itemId"): each["because"] for each in found}


def of_quantity(item: str, quantity: int) -> tuple[str, dict[str, Any]]:
    """The command that sets it."""
    return "update-products", {"products": [{"id": item, "quantity": quantity}]}


def policy(**switches: Any) -> dict[str, Any]:
    return {"configuration": [{"pricingPolicy": switches}]}


def all_of(found: Because) -> list[str]:
    """What is said of every line and of the total."""
    [only] = {tuple(each) for each in found.values()}
    return list(only)


def test_a_tax_that_is_rounded_to_nothing_has_not_changed() -> None:
    shop = document({"a": 1}, [price_row("a", "0.04", taxIncluded=False)])
    dearer = {"prices": [price_row("a", "0.02", taxIncluded=False)]}
    assert all_of(because(shop, then=dearer)) == [LISTED]
