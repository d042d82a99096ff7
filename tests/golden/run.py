"""Put golden pricing cases through the real pricing code: `run.py [cases.json]`.

Prints a `FAIL` line for every case that differs and, last, how many passed; exits 1 if any failed, 2 if the
file holds no cases.
"""

import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]  # the kinds, and what tests share

from comparing import differing  # noqa: E402
from inputs import check  # noqa: E402
from kinds import KINDS  # noqa: E402

DEFAULT = Path(__file__).with_name("cases.json")


def load(path: Path) -> list[dict[str, Any]]:
    """The cases of a file; numbers with a point stay exact decimals. Raises `OSError` and `ValueError`."""
    cases = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    if not isinstance(cases, list) or not cases or not all(isinstance(case, dict) for case in cases):
        raise ValueError("not a list of cases")
    return cases


def failure(case: dict[str, Any]) -> str | None:
    """What is wrong with one case, on one line, or None if it passes. A kind that nobody knows is a failure."""
    start = f"FAIL {case.get('id')} expected {_shown(case.get('expected'))} got"
    missing = [name for name in ("kind", "input", "expected") if name not in case]
    if missing:
        return f"{start} a case without {', '.join(missing)}"
    kind = KINDS.get(case["kind"]) if isinstance(case["kind"], str) else None
    if kind is None:
        return f"{start} an unknown kind: {case['kind']!r}"
    expected = case["expected"]
    try:
        check(case["kind"], case["input"])
        got = kind(case["input"])
        differs = differing(expected, got)
    except Exception as error:  # noqa: BLE001 - a case that crashes is a failing case, the others still run
        return f"{start} {type(error).__name__}: {' '.join(str(error).split())}"
    if not differs:
        return None
    if not isinstance(expected, dict) or not isinstance(got, dict):
        return f"{start} {_shown(got)}"
    return f"{start} {_shown({name: got.get(name) for name in expected})} ({', '.join(differs)})"


def failures(cases: list[dict[str, Any]]) -> Iterator[str]:
    """The `FAIL` lines of the cases, in their order."""
    for case in cases:
        line = failure(case)
        if line is not None:
            yield line


def _shown(value: Any) -> str:
    return json.dumps(value, default=str)


def main(arguments: list[str]) -> int:
    """Run the file named on the command line, or the default one."""
    path = Path(arguments[0]) if arguments else DEFAULT
    try:
        cases = load(path)
    except (OSError, ValueError) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 2
    failed = list(failures(cases))
    for line in failed:
        print(line)
    print(f"golden: {len(cases) - len(failed)}/{len(cases)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
