"""AsyncAPI 3.0.0 as a JSON Schema, for the objects that our document is made of, and what no schema can say.

The fields of every object are those of the specification, all of them, and no others; bindings are those of AMQP 0.3.0.
Payloads and headers are JSON Schemas themselves and checked as such elsewhere.
"""

import re
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
ANYTHING: Schema = {}
NAME = r"^[A-Za-z0-9_.-]+$"
LOCATION = {"type": "string", "pattern": r"^\$message\.(header|payload)#(/.*)?$"}


def closed(required: tuple[str, ...] = (), **fields: Schema) -> Schema:
    """An object that has no other fields, but for extensions."""
    return {
        "type": "object",
        "required": list(required),
        "properties": fields,
        "patternProperties": {"^x-": ANYTHING},
        "additionalProperties": False,
    }


def by_name(value: Schema) -> Schema:
    return {"type": "object", "propertyNames": {"pattern": NAME}, "additionalProperties": value}


def several(value: Schema) -> Schema:
    return {"type": "array", "items": value}


REFERENCE = {
    "type": "object",
    "required": ["$ref"],
    "properties": {"$ref": {"type": "string", "pattern": "^#/"}},
    "additionalProperties": False,
}


def or_reference(value: Schema) -> Schema:
    return {"if": {"required": ["$ref"]}, "then": REFERENCE, "else": value}


ABOUT = {"title": TEXT, "summary": TEXT, "description": TEXT, "tags": several(ANYTHING), "externalDocs": ANYTHING}
QUEUE = closed(name=TEXT, durable=FLAG, exclusive=FLAG, autoDelete=FLAG, vhost=TEXT)
EXCHANGE = closed(
    name={"type": "string", "maxLength": 255},
    type={"enum": ["topic", "direct", "fanout", "default", "headers"]},
    durable=FLAG,
    autoDelete=FLAG,
    vhost=TEXT,
)


def amqp(**fields: Schema) -> Schema:
    return closed(amqp=closed(("bindingVersion",), bindingVersion={"const": "0.3.0"}, **fields))


CHANNEL_BINDINGS = amqp(**{"is": {"enum": ["queue", "routingKey"]}, "exchange": EXCHANGE, "queue": QUEUE})
OPERATION_BINDINGS = amqp(
    expiration=COUNT,
    userId=TEXT,
    cc=several(TEXT),
    priority=COUNT,
    deliveryMode={"enum": [1, 2]},
    mandatory=FLAG,
    bcc=several(TEXT),
    timestamp=FLAG,
    ack=FLAG,
)
MESSAGE_BINDINGS = amqp(contentEncoding=TEXT, messageType=TEXT)
CORRELATION = closed(("location",), location=LOCATION, description=TEXT)
PARAMETER = closed(enum=several(TEXT), default=TEXT, description=TEXT, examples=several(TEXT), location=LOCATION)
MESSAGE = closed(
    headers=ANYTHING,
    payload=ANYTHING,
    correlationId=or_reference(CORRELATION),
    contentType=TEXT,
    name=TEXT,
    bindings=MESSAGE_BINDINGS,
    examples=several(closed(headers={"type": "object"}, payload=ANYTHING, name=TEXT, summary=TEXT)),
    traits=several(ANYTHING),
    **ABOUT,
)
CHANNEL = closed(
    address={"type": ["string", "null"]},
    messages=by_name(or_reference(MESSAGE)),
    servers=several(REFERENCE),
    parameters=by_name(or_reference(PARAMETER)),
    bindings=CHANNEL_BINDINGS,
    **ABOUT,
)
REPLY = closed(
    address=or_reference(CORRELATION),
    channel=REFERENCE,
    messages=several(REFERENCE),
)
OPERATION = closed(
    ("action", "channel"),
    action={"enum": ["send", "receive"]},
    channel=REFERENCE,
    security=several(ANYTHING),
    bindings=OPERATION_BINDINGS,
    traits=several(ANYTHING),
    messages=several(REFERENCE),
    reply=or_reference(REPLY),
    **ABOUT,
)
DOCUMENT = closed(
    ("asyncapi", "info"),
    asyncapi={"const": "3.0.0"},
    id=TEXT,
    info=closed(
        ("title", "version"),
        title=TEXT,
        version=TEXT,
        description=TEXT,
        termsOfService=TEXT,
        contact=closed(name=TEXT, url=TEXT, email=TEXT),
        license=closed(("name",), name=TEXT, url=TEXT),
        tags=several(ANYTHING),
        externalDocs=ANYTHING,
    ),
    defaultContentType=TEXT,
    channels=by_name(or_reference(CHANNEL)),
    operations=by_name(or_reference(OPERATION)),
    components=closed(
        schemas=by_name(ANYTHING), messages=by_name(or_reference(MESSAGE)), parameters=by_name(or_reference(PARAMETER))
    ),
)


def asyncapi_problems(document: Schema) -> list[str]:
    """What is wrong with a document by the specification."""
    found = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(DOCUMENT).iter_errors(document)]
    return found or [*_strange_messages(document), *_strange_parameters(document)]


def _strange_messages(document: Schema) -> Iterator[str]:
    """Messages of an operation are named as those of its channel, and so are those of its reply."""
    for name, operation in document.get("operations", {}).items():
        for part in (operation, operation.get("reply", {})):
            channel = part.get("channel", {}).get("$ref", "")
            known = document["channels"].get(channel.removeprefix("#/channels/"), {}).get("messages", {})
            allowed = {f"{channel}/messages/{each}" for each in known}
            for message in part.get("messages", []):
                if message["$ref"] not in allowed:
                    yield f"operation {name}: {message['$ref']} is no message of {channel}"


def _strange_parameters(document: Schema) -> Iterator[str]:
    """An address and its channel name the same parameters."""
    for name, channel in document.get("channels", {}).items():
        used = set(re.findall(r"{([^{}]+)}", channel.get("address") or ""))
        if used != channel.get("parameters", {}).keys():
            yield f"channel {name}: parameters {sorted(used)} in the address"
