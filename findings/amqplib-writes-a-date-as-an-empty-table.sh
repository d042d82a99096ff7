#!/usr/bin/env bash
# amqplib 2.3.1 (npm): a `Date` in a message's headers is written as an empty table. Nothing is raised; the receiver
# gets `{}` where the sender wrote a time. (The property `timestamp` refuses a Date; a header wants
# `{"!": "timestamp", value: seconds}`.)
# Seen, with the headers {deadline: new Date()}, encoded and decoded again by its own codec:
#   {"deadline":{}}
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --no-audit --no-fund --silent "amqplib@2.3.1"

cat > try.cjs <<'JS'
const { encodeTable, decodeFields } = require("./node_modules/amqplib/lib/codec.js");

const buffer = Buffer.alloc(1000);
const size = encodeTable(buffer, { deadline: new Date("2026-01-31T08:00:00Z") }, 0);
console.log(JSON.stringify(decodeFields(buffer.subarray(4, size))));
JS

seen=$(node try.cjs)
echo "$seen"
[ "$seen" = '{"deadline":{}}' ]
