"""What a price shows of its taxes, by which its list price is shown with and without them; the figures are by hand."""

from typing import Any

import pytest

from dialects.telco.rendering.prices import PriceList
from facts.snapshot import CatalogRows, Facts
from models.cart.cart import Cart
from pricing.price import price
from support.pricing import NOON, document, price_row, priced, promotion, rows
from support.promotions import at_least, off, percent

Row = dict[str, Any]
Shown = tuple[int, int, int, int]
"""The list price without and with taxes, and what promotions leave of it, in minor units."""
VAT = {"id": "vat", "country": "FR", "category": "standard", "rate": "19"}
NOT_FOR_FIRMS = {**VAT, "exemptions": [{"userType": "FIRM"}]}
ON_TOP = [
    {**VAT, "id": "federal", "rate": "5"},
    {**VAT, "id": "local", "rate": "9.975", "onTopOf": ["federal"]},
]
FIRM = {"userType": "FIRM"}
NET, GROSS = {"taxIncluded": False}, {"taxIncluded": True}


def shop(amount: str, offer: Row, taxes: list[Row], *, stated: Row = NET, **more: Any) -> Row:
    """One line `a` in a cart, and a promotion."""
    told = document({"a": 1}, [{**price_row("a", amount, **more.pop("point", {})), **stated}], offer, **more)
    told["facts"]["taxes"] = taxes
    return told


def shown(told: Row, *changes: Row, cart: Cart | None = None, item_id: str = "a") -> Shown:
    """What an item's price is shown as, by the catalog as it is after these changes of taxes."""
    facts = Facts().with_rows(rows(told), 1).with_rows(CatalogRows.of({"taxes": changes}), 2)
    [listed] = PriceList(cart or priced(told), facts).of_item[item_id]
    return listed.sum.list_net, listed.sum.list_gross, listed.sum.net, listed.sum.gross


@pytest.mark.parametrize(
    ("amount", "stated", "expected"),
    [
        # 5.00 and 9.975 % of 105.00 = 10.47; of 90.00: 4.50 and 9.975 % of 94.50 = 9.43.
        ("100.00", NET, (10000, 11547, 9000, 10393)),
        # 115.47 / 1.154738 = 99.997; a tenth of it off is 103.92, with taxes of 4.50 and 9.43.
        ("115.47", GROSS, (10000, 11547, 8999, 10392)),
    ],
)
def test_a_list_price_has_its_tax_on_top_of_another(amount: str, stated: Row, expected: Shown) -> None:
    assert shown(shop(amount, promotion("p", percent("10")), ON_TOP, stated=stated)) == expected


@pytest.mark.parametrize("taxes", [VAT, NOT_FOR_FIRMS], ids=["owed by all", "not by firms"])
@pytest.mark.parametrize("left", [0, 2])
def test_a_tax_that_comes_to_nothing_on_what_is_left_is_owed_on_the_list_price(taxes: Row, left: int) -> None:
    """19 % of 0.02 are 0.0038; of 10.00 they are 1.90."""
    reduced = promotion("p", off(f"{(1000 - left) / 100:.2f}"))
    assert shown(shop("10.00", reduced, [taxes])) == (1000, 1190, left, left)


@pytest.mark.parametrize(("amount", "stated"), [("10.00", NET), ("11.90", GROSS)])
@pytest.mark.parametrize(("value", "left"), [("50", 500), ("100", 0)])
def test_a_tax_that_is_not_owed_is_not_in_the_list_price(amount: str, stated: Row, value: str, left: int) -> None:
    told = shop(amount, promotion("p", percent(value)), [NOT_FOR_FIRMS], stated=stated, customer=FIRM)
    assert shown(told) == (1000, 1000, left, left)


def test_of_several_taxes_each_is_owed_or_not() -> None:
    """12 % of 10.00 are owed; the other one is not, so there is nothing for it."""
    told = shop("10.00", promotion("p", percent("50")), [NOT_FOR_FIRMS, {**VAT, "id": "other", "rate": "12"}])
    assert shown({**told, "customer": FIRM}) == (1000, 1120, 500, 560)
    assert shown(told) == (1000, 1310, 500, 655)


@pytest.mark.parametrize(("customer", "expected"), [(FIRM, (1000, 1000, 500, 500)), (None, (1000, 1190, 500, 595))])
def test_the_amounts_say_what_is_owed_if_the_catalog_has_changed_since(customer: Row | None, expected: Shown) -> None:
    told = shop("10.00", promotion("p", percent("50")), [NOT_FOR_FIRMS], customer=customer)
    everybody = {**NOT_FOR_FIRMS, "exemptions": [{"term": "24M"}, {"customerId": "u-1"}]}
    for changed in (VAT, everybody, {**VAT, "rate": "7"}):
        assert shown(told, changed) == expected
    told["facts"]["taxes"], cart = [], priced(told)
    assert shown(told, cart=cart) == expected


def test_later_periods_say_what_is_owed_if_the_first_one_is_free() -> None:
    """By the catalog as it is now everybody owes the tax."""
    free = promotion("p", {"kind": "free-period", "periods": 1})
    told = shop("10.00", free, [NOT_FOR_FIRMS], point={"period": "P1M"}, customer=FIRM)
    assert shown(told, VAT) == (1000, 1000, 0, 0)
    assert shown({**told, "customer": None}, VAT) == (1000, 1190, 0, 0)


def test_a_tax_that_another_line_bears_is_owed() -> None:
    """20 % of 0.03 are 0.006, and so are those of the other line: together 0.01, which the first one bears."""
    told = document(
        {"a": 1, "b": 1},
        [{**price_row(name, "10.00"), **NET} for name in "ab"],
        promotion("p", percent("99.7")),
        pricingPolicy={"taxLevel": "group"},
    )
    assert [shown(told, item_id=name) for name in "ab"] == [(1000, 1200, 3, 4), (1000, 1200, 3, 3)]


def test_what_a_line_keeps_counts_without_a_tax_that_was_not_owed() -> None:
    """100.00 net and 100.00 gross in one cart are 200.00 gross for a firm, and 219.00 for anybody else."""
    prices = [{**price_row("a", "100.00"), **NET}, price_row("b", "100.00")]
    offer = promotion("p", percent("10"), at_least("210.00", basis="gross"))
    told = document({"a": 1, "b": 1}, prices, offer, customer=FIRM)
    told["facts"]["taxes"] = [{**VAT, "exemptions": [FIRM]}]
    cart = priced(told)
    over = [{**prices[0], "validFor": {"endDateTime": "2000-01-01T00:00:00Z"}}]
    facts = Facts().with_rows(rows(told), 1).with_rows(CatalogRows.of({"prices": over, "taxes": [VAT]}), 2)
    again = price(cart, facts, NOON)
    assert [each.item_id for each in again.pricing.warnings] == ["a"]
    assert [each.reason for each in again.pricing.promotions if each.id == "p"] == []
    assert again.pricing.due_now.gross == 10000 + 10000
