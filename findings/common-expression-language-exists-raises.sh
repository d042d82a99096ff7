#!/usr/bin/env bash
# common-expression-language 0.10.0: `exists` and `all` raise at the first element that fails, and so depend on the
# order of the list. CEL's specification makes them `||` and `&&` over all elements, which absorb errors: `exists` is
# true if it is true of any element, `all` is false if it is false of any. The same package absorbs them in `||`.
# Seen, of two lines one of which has no colour:
#   red first: exists=True all=False
#   red last: exists=KeyError all=KeyError
#   without a macro, red last: or=True
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q "common-expression-language==0.10.0"

seen=$("$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

from cel import compile


def of(expression: str, lines: list[dict[str, str]]) -> object:
    try:
        return compile(expression).execute({"lines": lines})
    except Exception as failure:
        return type(failure).__name__


RED_FIRST = [{"color": "red"}, {}]
RED_LAST = [{}, {"color": "red"}]
ANY = "lines.exists(l, l.color == 'red')"
EVERY = "lines.all(l, l.color != 'red')"
print("version:", version("common-expression-language"))
print(f"red first: exists={of(ANY, RED_FIRST)} all={of(EVERY, RED_FIRST)}")
print(f"red last: exists={of(ANY, RED_LAST)} all={of(EVERY, RED_LAST)}")
EITHER = "lines[0].color == 'red' || lines[1].color == 'red'"
print(f"without a macro, red last: or={of(EITHER, RED_LAST)}")
PY
)
echo "$seen"
[ "$seen" = "version: 0.10.0
red first: exists=True all=False
red last: exists=KeyError all=KeyError
without a macro, red last: or=True" ]
