"""The golden cases pass, and the runner notices what does not."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(HERE / "run.py"), *arguments], capture_output=True, text=True, check=False
    )


def test_every_case_passes() -> None:
    result = run()
    assert result.stdout == "golden: 80/80\n", result.stdout + result.stderr
    assert result.returncode == 0


@pytest.mark.parametrize(
    "case",
    [
        {"kind": "div_half_even", "input": {"n": 16, "d": 10}, "expected": 3},
        {"kind": "cycles", "input": {}, "expected": "1"},
        {"kind": "astrology", "input": {}, "expected": 1},
        {"kind": "giftcard", "input": {"net": 1, "gross": 1, "balance": 0}, "expected": {}},
        {"kind": "giftcard", "input": {"net": 1, "gross": 1, "balance": 0}, "expected": {"luck": 1}},
    ],
)
def test_a_wrong_or_unknown_case_fails(tmp_path: Path, case: dict[str, object]) -> None:
    good = {"id": "good", "kind": "div_half_even", "input": {"n": 16, "d": 10}, "expected": 2}
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([good, {"id": "bad", **case}]))
    result = run(str(file))
    assert result.returncode == 1
    first, last = result.stdout.splitlines()
    assert first.startswith("FAIL bad expected ")
    assert last == "golden: 1/2"
