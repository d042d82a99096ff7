"""The whole carts of `tests/golden/carts`: what is sent, and what their files say of the replies.

A file holds a `catalog` by kind of row, `steps` (what to `send`, and of the `reply` what is worth stating; or further
rows of the `catalog` from there on), and under `expected` the cart that the last step leads to, with its explanation:
items as id, action and quantity; each price with the lines of its ledger, as step, source, amount, and remarks: the tax
that the amount contains, what it was before rounding, how many minor units it got beyond its share, what it says in
words.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "golden" / "carts"
OPENING_STEPS = {"list-price", "change-rule"}
"""The steps of a ledger that lead to the list price of a line."""
Wire = dict[str, Any]


@dataclass(frozen=True, slots=True)
class GoldenCart:
    """One file."""

    name: str
    catalog: dict[str, list[Wire]]
    steps: list[dict[str, Wire]]
    expected: Wire

    @property
    def currency(self) -> str:
        """The cart's currency."""
        code: str = self.steps[0]["send"]["data"]["currency"]
        return code

    @property
    def commands(self) -> list[dict[str, Wire]]:
        """The steps that send a command."""
        return [step for step in self.steps if "send" in step]

    @property
    def stated(self) -> list[Wire]:
        """What the file says of the reply to each step, whether it is a refusal, and of the priced cart."""
        replies = [step.get("reply", {}) for step in self.commands]
        return [*({"refused": "problems" in reply, **reply} for reply in replies), self.expected]

    def told(self, replies: Sequence[Wire]) -> list[Wire]:
        """The same of the replies to all steps; the last of them has an explanation."""
        parts = [
            {"refused": "error" in reply, **{name: _part(reply, name) for name in step.get("reply", {})}}
            for step, reply in zip(self.commands, replies, strict=True)
        ]
        return [*parts, _told(replies[-1]["cart"], replies[-1]["explanation"])]


def golden_carts() -> list[GoldenCart]:
    """All files, by name."""
    return [_read(path) for path in sorted(FOLDER.glob("*.json"))]


def _read(path: Path) -> GoldenCart:
    case = json.loads(path.read_text(encoding="utf-8"))
    return GoldenCart(path.stem, case["catalog"], case["steps"], case["expected"])


def _part(reply: Wire, name: str) -> Any:
    if name == "problems":
        return [[each["path"], each["code"]] for each in reply["error"]["problems"]]
    return reply[name]


def _told(cart: Wire, explanation: Wire) -> Wire:
    """A priced cart and its explanation as the files write them."""
    prices = [(item["id"], price) for item in cart["items"] for price in item["prices"]]
    ledgers = [*explanation["totals"], explanation["dueNow"]]
    return {
        "items": [[item["id"], item["action"], item["quantity"]] for item in cart["items"]],
        "prices": [_price(*each, ledger) for each, ledger in zip(prices, explanation["items"], strict=True)],
        **{name: cart[name] for name in ("promotions", "vouchers", "adjustments", "totals", "dueNow")},
        "warnings": [each["code"] for each in cart["warnings"]],
        "ledgers": {_name(each) or "due now": _lines(each) for each in ledgers},
        "verdicts": {each["id"]: each["reason"] for each in explanation["promotions"]},
    }


def _price(item_id: str, price: Wire, ledger: Wire) -> Wire:
    """One price with the way to it; the cart's alterations are the moves of the ledger."""
    listed = [line for line in ledger["lines"] if line["step"] in OPENING_STEPS]
    assert (ledger["itemId"], ledger["priceId"], listed[-1]["after"]) == (item_id, price["id"], price["list"])
    assert price.get("kept", {}).get("list") == (listed[0]["after"] if listed[1:] else None)
    moves = [(line["step"], line["source"], line["amount"]) for line in ledger["lines"][len(listed) :]]
    alterations = [(each["source"], each["id"], each["amount"]) for each in price["alterations"]]
    assert moves[: len(alterations)] == alterations
    periods = [each.get("periods") for each in price["alterations"]]
    return {
        "of": _name(ledger),
        "lines": _lines(ledger),
        **({"periods": periods} if any(periods) else {}),
        "net": price["net"],
        "gross": price["gross"],
    }


def _name(ledger: Wire) -> str:
    return " ".join(filter(None, (ledger.get("itemId"), ledger.get("type"), ledger["period"])))


def _lines(ledger: Wire) -> list[list[Any]]:
    return [
        [line["step"], line["source"], line["amount"], *([remarks] if (remarks := _remarks(line)) else [])]
        for line in ledger["lines"]
    ]


def _remarks(line: Wire) -> Wire:
    rounded, exact = line.get("contained", line["amount"]), line.get("exact")
    remarks = {
        "contains": line.get("contained"),
        "exactly": exact if exact is not None and Decimal(exact) != Decimal(rounded) else None,
        "odd": line.get("oddUnits"),
        "says": line.get("note"),
    }
    return {name: value for name, value in remarks.items() if value is not None}
