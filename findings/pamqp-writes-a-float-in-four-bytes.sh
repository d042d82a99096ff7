#!/usr/bin/env bash
# pamqp 4.0.1 (and with it aiormq 7.2.4 and aio-pika 10.2.1): a Python float in a message's headers is written as AMQP's
# `f`, four bytes, though AMQP has `d`, eight bytes, as Python's own. Nothing is raised, and half of the digits are gone.
# A time in seconds, `time.time() + 5` as a deadline, has steps of 128 seconds then: it arrives up to 64 seconds off.
# py-amqp 5.3.1 (kombu) writes the same header as `d`.
# Seen, of the two headers as a receiver reads them:
#   aio-pika: f 19.989999771118164, f 1767225600.0 (33.25 s early)
#   py-amqp: d 19.99, d 1767225633.25 (0.0 s early)
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q "aio-pika==10.2.1" "aiormq==7.2.4" "pamqp==4.0.1" "amqp==5.3.1"

cat > "$folder/try.py" <<'PY'
"""One table of headers, encoded by two clients, and both read by the second."""

import aio_pika
from amqp.serialization import dumps, loads
from pamqp import encode

DEADLINE = 1767225633.25
HEADERS = {"weight": 19.99, "deadline": DEADLINE}


def told(table: bytes) -> str:
    read = loads("F", table, offset=0)[0][0]
    kinds = [chr(table[table.index(name.encode()) + len(name)]) for name in HEADERS]
    early = DEADLINE - read["deadline"]
    return f"{kinds[0]} {read['weight']}, {kinds[1]} {read['deadline']} ({early} s early)"


message = aio_pika.Message(b"{}", headers=HEADERS)
print("aio-pika:", told(encode.field_table(message.properties.headers)))
print("py-amqp:", told(dumps("F", [HEADERS])))
PY

seen=$("$folder/venv/bin/python" "$folder/try.py")
echo "$seen"
[ "$seen" = "aio-pika: f 19.989999771118164, f 1767225600.0 (33.25 s early)
py-amqp: d 19.99, d 1767225633.25 (0.0 s early)" ]
