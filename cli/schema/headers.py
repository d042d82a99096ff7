"""Headers and AMQP properties of commands, replies and events; properties stand here under camelCase names."""

from typing import Any

Schema = dict[str, Any]
_TIME = {"type": "string", "format": "date-time"}


def _property(name: str, description: str) -> Schema:
    return {"type": "string", "description": f"AMQP property `{name}`: {description}", "x-amqp-property": name}


MESSAGE_ID = _property("message_id", "the command id and idempotency key, 1 to 128 visible characters")
CORRELATION_ID = _property("correlation_id", "the caller's own mark, returned in the reply")

HEADERS: dict[str, Schema] = {
    "CommandHeaders": {
        "type": "object",
        "properties": {
            "messageId": {**MESSAGE_ID, "minLength": 1, "maxLength": 128},
            "correlationId": CORRELATION_ID,
            "replyTo": _property("reply_to", "`amq.rabbitmq.reply-to`, or a queue with the configured reply prefix"),
            "cart-id": {
                "type": "string",
                "description": "the body's `cartId`; for a command about no single cart, the message id",
            },
            "deadline": {**_TIME, "description": "when nobody waits for the reply any more"},
            "traceparent": {"type": "string", "description": "W3C trace context"},
            "source-channel": {"type": "string", "description": "the channel that the caller speaks for"},
            "context": {"type": "string", "description": "a signed token that describes the caller"},
            "dialect": {"type": "string", "description": "the dialect of the body; absent: this document's"},
        },
        "required": ["messageId", "cart-id"],
    },
    "ReplyHeaders": {
        "type": "object",
        "properties": {"correlationId": CORRELATION_ID},
    },
    "EventHeaders": {
        "type": "object",
        "properties": {
            "messageId": _property("message_id", "the same for every repeat: `<tenant>:<cartId>:<version>:<type>`"),
            "cloudEvents:specversion": {"const": "1.0"},
            "cloudEvents:id": {"type": "string", "description": "the message id"},
            "cloudEvents:type": {"type": "string", "description": "the event's type"},
            "cloudEvents:source": {"type": "string", "description": "the worker that published it"},
            "cloudEvents:subject": {"type": "string", "description": "the cart id"},
            "cloudEvents:time": {**_TIME, "description": "when it happened"},
        },
        "required": ["messageId"],
    },
}
