"""Whole carts, from their commands to every line of the way to the payable amount; `carts/FIGURES.md` derives them."""

import json
from typing import Any

import pytest

from cartwright.wire.money import parse_amount
from cartwright.wire.refusals import Refusal
from engine.execute import execute
from engine.reading import Origin, read_command
from facts.snapshot import CatalogRows, Facts
from handlers.kinds import CartCommand
from models.answers.outcome import Outcome
from models.answers.rendering import render_cart
from models.cart.cart import Cart
from support.golden_carts import FOLDER, OPENING_STEPS, GoldenCart, golden_carts
from support.pricing import NOON

CARTS = golden_carts()
each_cart = pytest.mark.parametrize("golden", CARTS, ids=lambda golden: golden.name)


@each_cart
def test_the_commands_lead_to_the_figures(golden: GoldenCart) -> None:
    facts = Facts().with_rows(CatalogRows.of(golden.catalog), 1)
    cart: Cart | None = None
    replies = []
    for step in golden.steps:
        if "catalog" in step:
            facts = facts.with_rows(CatalogRows.of(step["catalog"]), facts.revision + 1)
            continue
        try:
            outcome = run(step["send"], cart, facts)
        except Refusal as refusal:
            replies.append({"error": refusal.wire()})
        else:
            cart = outcome.cart
            replies.append(reply_of(outcome))
    assert golden.told(json.loads(json.dumps(replies))) == golden.stated


def run(send: dict[str, Any], cart: Cart | None, facts: Facts) -> Outcome:
    body = json.dumps({**send, "cartId": "c-1", "explain": True}).encode()
    entry, command = read_command(body, Origin("default", send["type"], "m-1", None, None, NOON))
    assert isinstance(entry, CartCommand)
    return execute(entry, cart, command, facts, NOON, ())


def reply_of(outcome: Outcome) -> dict[str, Any]:
    assert outcome.explanation is not None
    return {
        "changes": outcome.changes,
        "priceChanges": outcome.price_changes,
        "cart": render_cart(outcome.cart),
        "explanation": outcome.explanation.wire(),
    }


def tax_of(line: list[Any]) -> str:
    """The tax of a ledger line: within the amounts before it, or on top of them."""
    remarks = line[3] if len(line) > 3 else {}
    return remarks.get("contains", line[2])


@each_cart
def test_the_figures_of_a_file_add_up(golden: GoldenCart) -> None:
    def units(amount: str) -> int:
        return parse_amount(amount, golden.currency)

    def moved(lines: list[list[Any]]) -> int:
        return sum(units(line[2]) for line in lines)

    expected, ledgers = golden.expected, golden.expected["ledgers"]
    for price in expected["prices"]:
        taxes = [units(tax_of(line)) for line in price["lines"] if line[0] == "tax"]
        assert units(price["gross"]) == units(price["net"]) + sum(taxes) == moved(price["lines"])
    for total in expected["totals"]:
        name = " ".join(filter(None, (total["type"], total["period"])))
        prices = [each for each in expected["prices"] if each["of"].endswith(f" {name}")]
        lines = [line for each in prices for line in each["lines"]]
        listed = moved([line for line in lines if line[0] in OPENING_STEPS])
        altered = moved([line for line in lines if line[0] not in {*OPENING_STEPS, "tax", "tax-exemption"}])
        assert (units(total["list"]), -units(total["discount"])) == (listed, altered)
        assert units(total["net"]) == sum(units(each["net"]) for each in prices)
        assert units(total["gross"]) == sum(units(each["gross"]) for each in prices) == moved(ledgers[name])
        for tax in total["taxes"]:
            parts = [units(tax_of(line)) for line in lines if line[:2] == ["tax", tax["id"]]]
            assert units(tax["amount"]) == sum(parts)
    due = expected["dueNow"]
    assert units(due["gross"]) == sum(units(total["gross"]) for total in expected["totals"])
    assert units(due["adjustments"]) == sum(units(each["applied"]) for each in expected["adjustments"])
    payable = units(due["gross"]) - units(due["adjustments"]) + units(due.get("rounding", "0"))
    assert units(due["payable"]) == payable == moved(ledgers["due now"])


def test_there_are_thirteen_and_their_figures_are_derived() -> None:
    _, *chapters = (FOLDER / "FIGURES.md").read_text(encoding="utf-8").split("\n## ")
    derived = dict(chapter.split("\n", 1) for chapter in chapters)
    assert sorted(derived) == [golden.name for golden in CARTS]
    assert len(CARTS) == 13
    for golden in CARTS:
        amounts = [golden.expected["dueNow"]["payable"], *(each["net"] for each in golden.expected["totals"])]
        assert [each for each in amounts if each not in derived[golden.name]] == []
