#!/usr/bin/env bash
# mypy 2.4.1: mypyc compiles `1 + sum(rates)`, where rates are `Fraction`s and mypy finds no fault, to code that takes
# the sum for an int: it works for no rates at all, and raises TypeError for any. Interpreted, the same file gives 5/4.
# With a start of the right type, `sum(rates, Fraction(1))`, both agree. Needs a C compiler and Python's headers.
# Seen:
#   interpreted: 1 5/4 5/4
#   compiled: 1 5/4 TypeError: int object expected; got fractions.Fraction
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q "mypy[mypyc]==2.4.1" "setuptools==80.9.0"
cd "$folder"

cat > rates.py <<'PY'
from fractions import Fraction


def whole(rates: tuple[Fraction, ...]) -> Fraction | int:
    """1 and the rates together."""
    return 1 + sum(rates)


def whole_from_one(rates: tuple[Fraction, ...]) -> Fraction:
    """The same, begun with 1."""
    return sum(rates, Fraction(1))
PY

cat > try.py <<'PY'
from fractions import Fraction

import rates

TWO = (Fraction(1, 5), Fraction(1, 20))
name = "compiled" if rates.__file__.endswith(".so") else "interpreted"
try:
    told = str(rates.whole(TWO))
except TypeError as error:
    told = f"TypeError: {error}"
print(f"{name}: {rates.whole(())} {rates.whole_from_one(TWO)} {told}")
PY

venv/bin/mypy --strict rates.py > /dev/null
{
    venv/bin/python try.py
    PATH="$folder/venv/bin:$PATH" venv/bin/mypyc --strict rates.py > /dev/null 2>&1
    venv/bin/python try.py
} | tee seen
diff seen - <<'SEEN'
interpreted: 1 5/4 5/4
compiled: 1 5/4 TypeError: int object expected; got fractions.Fraction
SEEN
