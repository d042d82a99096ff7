"""The golden cases pass, and the runner notices what does not."""

import importlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

import pricing.price

HERE = Path(__file__).parent
CARTLESS = {"alloc", "alloc_capped", "div_half_even"}
"""Kinds about the splitting and rounding of amounts, which no cart has in it."""
DUE = {"net": 1, "gross": 1, "balance": 0}
LINE = {"lines": [[1970, 1, 20, 0]], "inclusive": True}
SPLIT = {"lines": [[5000, 1], [2000, 3]], "steps": [["order_fix_floor", 2500, [4500, 0]]]}

GOOD: list[dict[str, Any]] = [
    {"kind": "div_half_even", "input": {"n": 16, "d": 10}, "expected": 2},
    # A switch that is null is left out.
    {"kind": "alloc", "input": {"weights": [1, 2], "amount": 2, "remainder": None}, "expected": [1, 1]},
    # Discounts of units count without their sign.
    {"kind": "promo", "input": SPLIT, "expected": {"unit_split_line2": [667, 667, 666], "unit_discount1": 500}},
    {"kind": "promo", "input": SPLIT, "expected": {"unit_split_line2": [-667, -667, -666], "unit_discount1": -500}},
    # Rates are numbers, however they are written.
    {"kind": "tax", "input": LINE, "expected": {"tax_by_rate": {"20.0": 328}}},
    # Promotions come in the order of the steps, also one of lines after one of the order.
    {
        "kind": "promo",
        "input": {"lines": [[1000, 2], [2000, 1]], "steps": [["order_fix", 400], ["item_pct", 10]]},
        "expected": {"line_discounts": [380, 380], "total": 3240, "unit_discount1": 100},
    },
    # Cancelled within the first cycle.
    {
        "kind": "cycles",
        "input": {"start": "2011-01-01", "target": "2011-04-05", "bcd": 1, "period": "MONTHLY", "end": "2011-01-15"},
        "expected": "14/31",
    },
    # Cancelled before the first cycle day.
    {
        "kind": "cycles",
        "input": {"start": "2011-01-01", "target": "2011-04-05", "bcd": 15, "period": "MONTHLY", "end": "2011-01-08"},
        "expected": "7/31",
    },
    # The last day of each month, whatever its number.
    {
        "kind": "cycles",
        "input": {"start": "2011-01-31", "target": "2011-02-27", "bcd": 31, "period": "MONTHLY"},
        "expected": "1",
    },
    {
        "kind": "cycles",
        "input": {"start": "2011-01-31", "target": "2011-02-28", "bcd": 31, "period": "MONTHLY"},
        "expected": "2",
    },
    # A service that begins on the last day of February is billed again on 31 March.
    {
        "kind": "cycles",
        "input": {"start": "2011-02-28", "target": "2011-03-30", "bcd": 31, "period": "MONTHLY"},
        "expected": "1",
    },
    # A year after a cycle day that has just passed.
    {
        "kind": "cycles",
        "input": {"start": "2011-02-17", "target": "2011-02-17", "bcd": 15, "period": "ANNUAL"},
        "expected": "363/365",
    },
    # Cycles of days begin with the service.
    {
        "kind": "cycles",
        "input": {"start": "2011-02-17", "target": "2011-03-03", "bcd": 1, "period": "BIWEEKLY"},
        "expected": "2",
    },
    # Before the service begins.
    {
        "kind": "cycles",
        "input": {"start": "2011-02-17", "target": "2011-02-16", "bcd": 17, "period": "MONTHLY"},
        "expected": "0",
    },
    # Ends before it begins.
    {
        "kind": "cycles",
        "input": {"start": "2011-02-17", "target": "2011-03-16", "bcd": 17, "period": "MONTHLY", "end": "2011-02-17"},
        "expected": "0",
    },
]

BAD: list[tuple[dict[str, Any], str]] = [
    ({"kind": "div_half_even", "input": {"n": 16, "d": 10}, "expected": 3}, "3 got 2"),
    (
        {"kind": "cycles", "input": {}, "expected": "1"},
        '"1" got ValueError: ' + "; ".join(f"missing input: {name}" for name in ("start", "bcd", "target", "period")),
    ),
    (
        {"kind": "alloc", "input": {"weights": [1, "2"], "amount": 2}, "expected": [1, 1]},
        "[1, 1] got ValueError: input weights/1: Input should be a valid integer",
    ),
    ({"kind": "alloc", "input": [1], "expected": [1]}, "[1] got ValueError: the input is no object"),
    (
        {"kind": "fx", "input": {"amount": -1, "rate": 2}, "expected": -2},
        "-2 got ValueError: no such cart: /data/facts/prices/0/amount a price must not be negative",
    ),
    (
        {"kind": "promo", "input": {"lines": [[1, 1]], "steps": [["toss", 5]]}, "expected": {"total": 1}},
        '{"total": 1} got ValueError: unknown step: toss',
    ),
    ({"kind": [], "input": {}, "expected": 1}, "1 got an unknown kind: []"),
    ({}, "null got a case without kind, input, expected"),
    ({"kind": "astrology", "input": {}, "expected": 1}, "1 got an unknown kind: 'astrology'"),
    ({"kind": "giftcard", "input": DUE}, "null got a case without expected"),
    ({"kind": "giftcard", "input": DUE, "expected": {}}, "{} got {} (nothing is expected)"),
    ({"kind": "giftcard", "input": DUE, "expected": {"luck": 1}}, '{"luck": 1} got {"luck": null} (luck)'),
    # Only the figure that differs is named.
    (
        {"kind": "tax", "input": LINE, "expected": {"gross": 1970, "tax": 329}},
        '{"gross": 1970, "tax": 329} got {"gross": 1970, "tax": 328} (tax)',
    ),
    (
        {"kind": "tax", "input": LINE, "expected": {"tax_by_rate": {"20": 328, "7": 0}}},
        '{"tax_by_rate": {"20": 328, "7": 0}} got {"tax_by_rate": {"20": 328}} (tax_by_rate)',
    ),
    (
        {"kind": "tax", "input": LINE, "expected": {"tax_by_rate": {}}},
        '{"tax_by_rate": {}} got {"tax_by_rate": {"20": 328}} (tax_by_rate)',
    ),
]

UNKNOWN: list[tuple[dict[str, Any], str]] = [
    ({"rounding": "sideways"}, "rounding 'sideways'"),
    ({"rounding": 5}, "rounding 5"),
    ({"level": "order"}, "taxLevel 'order'"),
    ({"remainder": "last"}, "remainder 'last'"),
    ({"rouding": "half_even"}, "unknown input: rouding"),
    ({"max_quantity": 2}, "unknown input: max_quantity"),
]


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], int]:
    """What `run.py` runs."""
    monkeypatch.syspath_prepend(str(HERE))
    return importlib.import_module("run").main  # type: ignore[no-any-return]


@pytest.mark.parametrize(("arguments", "passed"), [([], "80/80"), ([str(HERE / "more_cases.json")], "68/68")])
def test_every_case_passes(arguments: list[str], passed: str) -> None:
    command = [sys.executable, str(HERE / "run.py"), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.stdout == f"golden: {passed}\n", result.stdout + result.stderr
    assert result.returncode == 0


def test_every_case_but_those_of_bare_amounts_prices_a_cart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(HERE))
    from kinds import KINDS
    from run import load

    around = []
    for case in [*load(HERE / "cases.json"), *load(HERE / "more_cases.json")]:
        with patch.object(pricing.price, "run_steps", wraps=pricing.price.run_steps) as steps:
            KINDS[case["kind"]](case["input"])
        if not steps.called and case["kind"] not in CARTLESS:
            around.append(case["id"])
    # A line of less than nothing.
    assert around == ["VEN-more-10", "VEN-more-11"]


def test_what_differs_and_what_is_unknown_fails_case_by_case(
    main: Callable[[list[str]], int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stated = [{"kind": "tax", "input": {**LINE, **switch}, "expected": {"gross": 1970}} for switch, _ in UNKNOWN]
    cases = [*GOOD, *[case for case, _ in BAD], *stated]
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([{"id": f"c{number}", **case} for number, case in enumerate(cases)]))
    assert main([str(file)]) == 1
    *lines, last = capsys.readouterr().out.splitlines()
    assert last == f"golden: {len(GOOD)}/{len(cases)}"
    wrong, unknown = lines[: len(BAD)], lines[len(BAD) :]
    assert wrong == [f"FAIL c{len(GOOD) + place} expected {told}" for place, (_, told) in enumerate(BAD)]
    for line, (_, told) in zip(unknown, UNKNOWN, strict=True):
        assert f'expected {{"gross": 1970}} got ValueError: {told}' in line


@pytest.mark.parametrize("text", [None, "", "{}", "[]", "[1]"])
def test_a_file_without_cases_is_refused(
    main: Callable[[list[str]], int], tmp_path: Path, text: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cases.json"
    if text is not None:
        file.write_text(text)
    assert main([str(file)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert str(file) in told.err
