#!/usr/bin/env bash
# cloudevents 2.2.0 (Python): in binary mode, an event whose content type is application/json and whose data is a text
# gets the bare text as its body, without quotes. What the text looks like decides what arrives: an amount "12.50" is
# the number 12.5, an article "4711" is 4711, "null" is no data, and "00120" stays a text, though its body is no JSON.
# A list is written as Python prints it, and arrives as a text. The package's structured mode writes all of them as
# JSON, and so does the binary mode of its older interface, `cloudevents.v1`.
# Seen, of the binding for RabbitMQ (Kafka's and HTTP's write the same body):
#   '12.50': binary 12.5, structured '12.50', v1 '12.50'
#   '4711': binary 4711, structured '4711', v1 '4711'
#   '00120': binary '00120', structured '00120', v1 '00120'
#   'null': binary None, structured 'null', v1 'null'
#   [{'gift': True}]: binary "[{'gift': True}]", structured [{'gift': True}], v1 [{'gift': True}]
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q "cloudevents==2.2.0"

seen=$("$folder/venv/bin/python" -W ignore - <<'PY'
from cloudevents.core.bindings import http, kafka, rabbitmq
from cloudevents.core.v1.event import CloudEvent
from cloudevents.v1.conversion import to_binary
from cloudevents.v1.http import CloudEvent as OldEvent
from cloudevents.v1.http import from_http

ABOUT = {"type": "price-changed", "source": "shop", "id": "e-1", "specversion": "1.0"}
ABOUT["datacontenttype"] = "application/json"

for data in ("12.50", "4711", "00120", "null", [{"gift": True}]):
    event = CloudEvent(ABOUT, data)
    message = rabbitmq.to_binary_event(event)
    assert message.body == http.to_binary_event(event).body == kafka.to_binary_event(event).value
    binary = rabbitmq.from_binary_event(message).get_data()
    structured = rabbitmq.from_structured_event(rabbitmq.to_structured_event(event)).get_data()
    old = from_http(*to_binary(OldEvent(ABOUT, data))).data
    print(f"{data!r}: binary {binary!r}, structured {structured!r}, v1 {old!r}")
PY
)
echo "$seen"
[ "$seen" = "'12.50': binary 12.5, structured '12.50', v1 '12.50'
'4711': binary 4711, structured '4711', v1 '4711'
'00120': binary '00120', structured '00120', v1 '00120'
'null': binary None, structured 'null', v1 'null'
[{'gift': True}]: binary \"[{'gift': True}]\", structured [{'gift': True}], v1 [{'gift': True}]" ]
