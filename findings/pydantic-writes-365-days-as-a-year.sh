#!/usr/bin/env bash
# pydantic 2.14.3 (pydantic-core 2.50.4): a `timedelta` of 365 days and more is written in JSON with years: 365 days are
# `P1Y`, 730 `P2Y`. Whoever reads that by the calendar, as isodate 0.7.2 does, has another length in leap years. Read
# as a `timedelta`, a month has 30 days and twelve of them 360, and is written back as days: a billing period that passes
# through such a field comes out as another one, and each half of the way is valid ISO 8601.
# Seen:
#   365 days from 2028-02-01: 2029-01-31, written as P1Y, read by isodate: 2029-02-01
#   written back: P1M as P30D, P12M as P360D, P1Y as P1Y, P2W as P14D
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q "pydantic==2.14.3" "isodate==0.7.2"

seen=$("$folder/venv/bin/python" - <<'PY'
from datetime import date, timedelta

from isodate import parse_duration
from pydantic import BaseModel


class Price(BaseModel):
    period: timedelta


def written(price: Price) -> str:
    return price.model_dump(mode="json")["period"]


START = date(2028, 2, 1)
YEAR = timedelta(days=365)
text = written(Price(period=YEAR))
print(f"365 days from {START}: {START + YEAR}, written as {text}, read by isodate: {START + parse_duration(text)}")
back = ", ".join(f"{each} as {written(Price(period=each))}" for each in ("P1M", "P12M", "P1Y", "P2W"))
print("written back:", back)
PY
)
echo "$seen"
[ "$seen" = "365 days from 2028-02-01: 2029-01-31, written as P1Y, read by isodate: 2029-02-01
written back: P1M as P30D, P12M as P360D, P1Y as P1Y, P2W as P14D" ]
