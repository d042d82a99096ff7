"""Put golden pricing cases through the real pricing code: `run.py [cases.json]`.

Prints a `FAIL` line for every case that differs and, last, how many passed; exits non-zero if any failed.
"""

import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from kinds import KINDS

DEFAULT = Path(__file__).with_name("cases.json")


def load(path: Path) -> list[dict[str, Any]]:
    """The cases of a file; numbers with a point stay exact decimals."""
    cases: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    return cases


def exact(value: Any) -> Any:
    """A figure to compare: a decimal string, or a sum of fractions such as `1+8/366`, as its exact value."""
    if isinstance(value, str):
        return sum((Fraction(term.strip()) for term in value.split("+")), Fraction(0))
    return value


def agrees(expected: Any, got: Any) -> bool:
    """Whether every figure that the case states is the one that came out."""
    if isinstance(expected, dict):
        return bool(expected) and all(name in got and agrees_on(name, expected[name], got[name]) for name in expected)
    return bool(exact(expected) == exact(got))


def agrees_on(name: str, expected: Any, got: Any) -> bool:
    """Whether one named figure agrees; the format doesn't say with which sign a unit's discount is written."""
    if name == "unit_discount1":
        return agrees(abs(expected), abs(got))
    return agrees(expected, got)


def failure(case: dict[str, Any]) -> str | None:
    """What is wrong with one case, or None if it passes. A kind that nobody knows is a failure."""
    start = f"FAIL {case.get('id')} expected {case.get('expected')} got"
    kind = KINDS.get(case.get("kind", ""))
    if kind is None:
        return f"{start} an unknown kind: {case.get('kind')!r}"
    try:
        got = kind(case["input"])
        return None if agrees(case["expected"], got) else f"{start} {got}"
    except Exception as error:  # noqa: BLE001 - a case that crashes is a failing case, the others still run
        return f"{start} {type(error).__name__}: {error}"


def failures(cases: list[dict[str, Any]]) -> Iterator[str]:
    """The `FAIL` lines of the cases, in their order."""
    for case in cases:
        line = failure(case)
        if line is not None:
            yield line


def main(arguments: list[str]) -> int:
    """Run the file named on the command line, or the default one."""
    cases = load(Path(arguments[0]) if arguments else DEFAULT)
    failed = list(failures(cases))
    for line in failed:
        print(line)
    print(f"golden: {len(cases) - len(failed)}/{len(cases)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
