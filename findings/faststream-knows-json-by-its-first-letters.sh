#!/usr/bin/env bash
# faststream 0.7.8: a body is JSON if its content type begins with `application/json`, in small letters, or if there
# is no content type. So a CloudEvent in structured mode, as cloudevents 2.2.0 writes it for RabbitMQ, is not: its
# type is `application/cloudevents+json`, and JSON by its ending (RFC 6839). A handler that takes a model raises, one
# that takes anything gets bytes. `Application/JSON` is the same type by RFC 9110, and is not JSON either.
# `application/json-seq`, which is another format, is.
# Seen, with a handler for a model of one field:
#   None: read, application/json; charset=utf-8: read, application/json-seq: read
#   application/cloudevents+json: ValidationError, Application/JSON: ValidationError
#   application/cloudevents+json, without a model: bytes
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q "faststream[rabbit]==0.7.8" "aio-pika==10.2.1" "pydantic==2.14.3" "cloudevents==2.2.0"

cat > "$folder/try.py" <<'PY'
"""FastStream's own broker for tests, in memory, and the same body under several content types."""

import asyncio

from cloudevents.core.bindings.rabbitmq import to_structured_event
from cloudevents.core.v1.event import CloudEvent
from faststream.rabbit import RabbitBroker, TestRabbitBroker
from pydantic import BaseModel

MESSAGE = to_structured_event(CloudEvent({"type": "cart-updated", "source": "shop", "id": "e-1", "specversion": "1.0"}))
broker = RabbitBroker()
got: list[object] = []


class Event(BaseModel):
    id: str


@broker.subscriber("model")
async def with_model(event: Event) -> None:
    got.append("read")


@broker.subscriber("anything")
async def without(event) -> None:
    got.append(type(event).__name__)


async def told(queue: str, content_type: str | None) -> object:
    try:
        await broker.publish(MESSAGE.body, queue, content_type=content_type)
    except Exception as failure:
        return type(failure).__name__
    return got.pop()


async def main() -> None:
    async with TestRabbitBroker(broker):
        taken = (None, "application/json; charset=utf-8", "application/json-seq")
        for row in (taken, (MESSAGE.content_type, "Application/JSON")):
            print(", ".join([f"{each}: {await told('model', each)}" for each in row]))
        print(f"{MESSAGE.content_type}, without a model: {await told('anything', MESSAGE.content_type)}")


asyncio.run(main())
PY

seen=$("$folder/venv/bin/python" "$folder/try.py" 2> /dev/null)
echo "$seen"
[ "$seen" = "None: read, application/json; charset=utf-8: read, application/json-seq: read
application/cloudevents+json: ValidationError, Application/JSON: ValidationError
application/cloudevents+json, without a model: bytes" ]
