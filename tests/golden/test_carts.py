"""Whole carts: inputs, every line of the way to the payable amount, totals. `carts/FIGURES.md` derives the figures."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.pricing import explained

from cartwright.models.cart import Cart
from cartwright.models.explanation import Explanation, Ledger
from cartwright.models.rendering import render_cart

CARTS = sorted((Path(__file__).parent / "carts").glob("*.json"))


def shown(ledger: Ledger, currency: str) -> dict[str, Any]:
    """A ledger as the files write it: step, source, amount, and the tax that the price contains."""
    lines = [line.wire(currency) for line in ledger.lines]
    return {
        "of": " ".join(filter(None, (ledger.item_id, ledger.type, ledger.period))),
        "lines": [
            [line["step"], line["source"], line["amount"], *([line["contained"]] if "contained" in line else [])]
            for line in lines
        ],
    }


def result(cart: Cart, explanation: Explanation) -> dict[str, Any]:
    rendered = render_cart(cart)
    return {
        "ledgers": [shown(ledger, cart.currency) for ledger in explanation.items],
        "totals": rendered["totals"],
        "dueNow": rendered["dueNow"],
        "promotions": {each.id: each.reason for each in explanation.promotions},
    }


@pytest.mark.parametrize("file", CARTS, ids=lambda file: file.stem)
def test_cart(file: Path) -> None:
    case = json.loads(file.read_text(encoding="utf-8"))
    assert result(*explained(case["data"])) == case["expected"]


def test_there_are_twelve() -> None:
    figures = (Path(__file__).parent / "carts" / "FIGURES.md").read_text(encoding="utf-8")
    assert len(CARTS) == 12
    assert [file.stem for file in CARTS if f"## {file.stem}\n" not in figures] == []
