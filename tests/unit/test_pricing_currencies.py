"""In which other currencies a cart could be had."""

from typing import Any

import pytest

from models.answers.rendering import render_cart
from storage.mongo.cart_documents import read_cart, write_cart
from support.pricing import NOON, document, price_row, priced

MUG = [price_row("mug", "10.00"), price_row("mug", "11.00", id="mug-usd", currency="USD")]
TEA = [price_row("tea", "4.00"), price_row("tea", "5.00", id="tea-usd", currency="USD")]
YEN = price_row("mug", "1500", id="mug-jpy", currency="JPY")


@pytest.mark.parametrize(
    ("quantities", "rows", "others"),
    [
        ({}, MUG, ()),
        ({"mug": 1}, MUG[:1], ()),
        ({"mug": 1}, [*MUG, YEN], ("JPY", "USD")),
        ({"mug": 1, "tea": 1}, [*MUG, YEN, *TEA], ("USD",)),
        ({"mug": 1, "tea": 1}, [*MUG, TEA[0]], ()),
        ({"mug": 1}, [MUG[0], {**MUG[1], "channel": "shop"}], ()),
        ({"mug": 1}, [MUG[0], {**MUG[1], "validFor": {"endDateTime": "2026-01-01T00:00:00Z"}}], ()),
    ],
)
def test_every_line_has_a_price_in_them(
    quantities: dict[str, int], rows: list[dict[str, Any]], others: tuple[str, ...]
) -> None:
    cart = priced(document(quantities, rows), NOON)
    assert cart.pricing.other_currencies == others
    assert render_cart(cart)["availableCurrencies"] == sorted(["EUR", *others])
    assert read_cart(write_cart(cart)) == cart
