"""The golden cases pass, and the runner notices what does not."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
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
]

BAD: list[tuple[dict[str, Any], str]] = [
    ({"kind": "div_half_even", "input": {"n": 16, "d": 10}, "expected": 3}, "3 got 2"),
    ({"kind": "cycles", "input": {}, "expected": "1"}, "\"1\" got KeyError: 'start'"),
    ({"kind": "astrology", "input": {}, "expected": 1}, "1 got an unknown kind: 'astrology'"),
    ({"kind": "giftcard", "input": DUE}, "null got KeyError: 'expected'"),
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


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(HERE / "run.py"), *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("arguments", "passed"), [([], "80/80"), ([str(HERE / "more_cases.json")], "64/64")])
def test_every_case_passes(arguments: list[str], passed: str) -> None:
    result = run(*arguments)
    assert result.stdout == f"golden: {passed}\n", result.stdout + result.stderr
    assert result.returncode == 0


def test_what_differs_and_what_is_unknown_fails_case_by_case(tmp_path: Path) -> None:
    stated = [{"kind": "tax", "input": {**LINE, **switch}, "expected": {"gross": 1970}} for switch, _ in UNKNOWN]
    cases = [*GOOD, *[case for case, _ in BAD], *stated]
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([{"id": f"c{number}", **case} for number, case in enumerate(cases)]))
    result = run(str(file))
    assert result.returncode == 1
    *lines, last = result.stdout.splitlines()
    assert last == f"golden: {len(GOOD)}/{len(cases)}"
    wrong, unknown = lines[: len(BAD)], lines[len(BAD) :]
    assert wrong == [f"FAIL c{len(GOOD) + place} expected {told}" for place, (_, told) in enumerate(BAD)]
    for line, (_, told) in zip(unknown, UNKNOWN, strict=True):
        assert f'expected {{"gross": 1970}} got ValueError: {told}' in line


@pytest.mark.parametrize("text", [None, "", "{}", "[]", "[1]"])
def test_a_file_without_cases_is_refused(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "cases.json"
    if text is not None:
        file.write_text(text)
    result = run(str(file))
    assert (result.returncode, result.stdout) == (2, "")
    assert str(file) in result.stderr
