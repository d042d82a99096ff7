"""Ledgers by hand: every step that moves what is payable has a line of its own, and they lead to it."""

from support.pricing import document, explained, price_row

ROWS = [
    price_row("mug", "10.02", taxIncluded=True),
    price_row("mug", "3.00", id="now", period="P1M", type="recurring", taxIncluded=True),
    price_row("mug", "5.00", id="later", period="P1Y", type="recurring", taxIncluded=True, isArrears=True),
]


def test_what_is_due_now() -> None:
    cart, explanation = explained(document({"mug": 1}, ROWS, pricingPolicy={"cashRounding": "0.05"}))
    assert [(line.step, line.amount) for line in explanation.due_now.lines] == [
        ("total one-time", 1002),
        ("total P1M", 300),
        ("total P1Y", 500),
        ("arrears", -500),
        ("cash-rounding", -2),
    ]
    assert explanation.due_now.amount == cart.pricing.due_now.payable == 1300
    assert explanation.wire()["currency"] == cart.currency


def test_what_a_line_costs() -> None:
    cart, explanation = explained(document({"mug": 2}, [price_row("mug", "10.00", taxIncluded=False)]))
    (ledger,) = explanation.items
    ((_, price),) = [(item.id, item.prices[0]) for item in cart.items]
    assert [(line.step, line.amount) for line in ledger.lines] == [
        ("list-price", 2000),
        ("tax", price.gross - price.net),
    ]
    assert price.gross > price.net
    assert ledger.amount == price.gross
