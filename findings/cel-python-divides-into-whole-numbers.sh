#!/usr/bin/env bash
# cel-python 0.5.0: a whole number divided by a double is a whole number, cut off: 1 / 2.0 is 0. CEL's specification
# has no division of two types: it is an error, as the package says itself the other way round (1.0 / 2).
# Seen:
#   1 / 2.0 = 0 (IntType), 3 / 2.0 = 1 (IntType), 1.0 / 2.0 = 0.5 (DoubleType), 1.0 / 2 = CELEvalError
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q "cel-python==0.5.0"

seen=$("$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

from celpy import Environment


def of(expression: str) -> str:
    environment = Environment()
    try:
        value = environment.program(environment.compile(expression)).evaluate({})
    except Exception as failure:
        return type(failure).__name__
    return f"{value} ({type(value).__name__})"


print("version:", version("cel-python"))
print(", ".join(f"{each} = {of(each)}" for each in ("1 / 2.0", "3 / 2.0", "1.0 / 2.0", "1.0 / 2")))
PY
)
echo "$seen"
[ "$seen" = "version: 0.5.0
1 / 2.0 = 0 (IntType), 3 / 2.0 = 1 (IntType), 1.0 / 2.0 = 0.5 (DoubleType), 1.0 / 2 = CELEvalError" ]
