#!/usr/bin/env bash
# @bufbuild/cel 0.6.1 (npm, with Node 20): in the first hour of a day, the date of a timestamp in a named time zone is
# that of the next day: `getDate("Europe/Paris")` half an hour after midnight on the first of February is 2, and so with
# `getDayOfMonth`, `getDayOfWeek` and `getDayOfYear`. On the last day of a month `getMonth` is the next month. The hour
# itself is right, 0. An hour later, with an offset such as "+01:00" and without a zone all is well. A promotion "on the
# first of the month" holds in the first hour of the day before, and not in the first hour of its own.
# Seen, of 23:30 UTC and 00:00 UTC, half past midnight and one in Paris:
#   31 January 23:30, Europe/Paris: 0 o'clock, day 2 of month 1; +01:00: 0 o'clock, day 1 of month 1
#   1 February 00:00, Europe/Paris: 1 o'clock, day 1 of month 1; +01:00: 1 o'clock, day 1 of month 1
#   27 February 23:30, Europe/Paris: 0 o'clock, day 1 of month 2; +01:00: 0 o'clock, day 28 of month 1
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --no-audit --no-fund --silent "@bufbuild/cel@0.6.1"

cat > try.mjs <<'JS'
import { run } from "@bufbuild/cel";

const zones = ["Europe/Paris", "+01:00"];
const times = {
  "31 January 23:30": "2026-01-31T23:30:00Z",
  "1 February 00:00": "2026-02-01T00:00:00Z",
  "27 February 23:30": "2026-02-27T23:30:00Z",
};

for (const [name, time] of Object.entries(times)) {
  const told = zones.map((zone) => {
    const [hour, day, month] = ["getHours", "getDate", "getMonth"].map((get) => run(`timestamp("${time}").${get}("${zone}")`));
    return `${zone}: ${hour} o'clock, day ${day} of month ${month}`;
  });
  console.log(`${name}, ${told.join("; ")}`);
}
JS

seen=$(node try.mjs)
echo "$seen"
[ "$seen" = "31 January 23:30, Europe/Paris: 0 o'clock, day 2 of month 1; +01:00: 0 o'clock, day 1 of month 1
1 February 00:00, Europe/Paris: 1 o'clock, day 1 of month 1; +01:00: 1 o'clock, day 1 of month 1
27 February 23:30, Europe/Paris: 0 o'clock, day 1 of month 2; +01:00: 0 o'clock, day 28 of month 1" ]
