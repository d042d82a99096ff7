#!/usr/bin/env bash
# iso4217 1.16.20260101: an update of the package takes away currencies that were withdrawn since the last one, with
# their digits. A shop that stored prices in BGN under 1.14 can't tell their digits any more. ISO 4217 keeps withdrawn
# currencies in a list of its own (list three); the package has the current list only.
# Seen:
#   1.14.20250512: BGN has 2 digits
#   1.16.20260101: BGN is not a currency
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

look() {
    python3 -m venv "$folder/$1"
    "$folder/$1/bin/pip" install -q "iso4217==$1"
    "$folder/$1/bin/python" - "$1" <<'PY'
import sys

from iso4217 import Currency

try:
    print(f"{sys.argv[1]}: BGN has {Currency('BGN').exponent} digits")
except ValueError:
    print(f"{sys.argv[1]}: BGN is not a currency")
PY
}

seen=$(look 1.14.20250512; look 1.16.20260101)
echo "$seen"
[ "$seen" = "1.14.20250512: BGN has 2 digits
1.16.20260101: BGN is not a currency" ]
