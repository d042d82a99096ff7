#!/usr/bin/env bash
# Babel 2.19.0: amounts of a million Swiss francs and more are written without separators. The separator of Switzerland
# is an apostrophe in Babel's data, and `NumberPattern.apply` takes what is between two apostrophes for quoted text of
# the pattern and drops them, digits between them or not. One separator stays, two or more go in pairs. Also
# `currencyDecimal` of the locale data is not used: French-speaking Switzerland writes money with a point.
# Seen:
#   de_CH: CHF 1'234.50, CHF 1234567.50, CHF 1234567'890.50
#   fr_CH: 1'234,50 CHF, although currencyDecimal is .
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q "babel==2.19.0"

seen=$("$folder/venv/bin/python" - <<'PY'
from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency


def written(amount: str, locale: str) -> str:
    return format_currency(Decimal(amount), "CHF", locale=locale).replace("\u00a0", " ")


print("de_CH:", ", ".join(written(amount, "de_CH") for amount in ("1234.50", "1234567.50", "1234567890.50")))
point = Locale.parse("fr_CH").number_symbols["latn"]["currencyDecimal"]
print("fr_CH:", f"{written('1234.50', 'fr_CH')}, although currencyDecimal is {point}")
PY
)
echo "$seen"
[ "$seen" = "de_CH: CHF 1'234.50, CHF 1234567.50, CHF 1234567'890.50
fr_CH: 1'234,50 CHF, although currencyDecimal is ." ]
