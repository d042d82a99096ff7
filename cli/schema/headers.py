"""Headers and AMQP properties of commands, replies and events.

AsyncAPI's AMQP binding has no place for most properties, so they are listed with the headers, under camelCase names;
`x-amqp-property` is the property's own name.
"""

from typing import Any, get_args

from cartwright.wire.replies import Status

Schema = dict[str, Any]
_TIME = {"type": "string", "format": "date-time"}


def _property(name: str, description: str) -> Schema:
    return {"type": "string", "description": f"AMQP property `{name}`: {description}.", "x-amqp-property": name}


MESSAGE_ID = _property("message_id", "the command id and idempotency key, 1 to 128 visible characters")
CORRELATION_ID = _property("correlation_id", "chosen by the caller and returned in the reply")

HEADERS: dict[str, Schema] = {
    "CommandHeaders": {
        "type": "object",
        "properties": {
            "messageId": {**MESSAGE_ID, "minLength": 1, "maxLength": 128},
            "correlationId": CORRELATION_ID,
            "replyTo": _property("reply_to", "`amq.rabbitmq.reply-to`, or a queue with the configured reply prefix"),
            "expiration": _property("expiration", "milliseconds after which nobody waits for the reply any more"),
            "timestamp": {
                "type": "integer",
                "description": "AMQP property `timestamp`: when the command was sent, in seconds since 1970. "
                "`expiration` counts from it.",
                "x-amqp-property": "timestamp",
            },
            "userId": _property("user_id", "the sender's broker user, checked by the broker; shown as `actor`"),
            "cart-id": {
                "type": "string",
                "description": "The body's `cartId`; for a command about no single cart, the message id.",
            },
            "deadline": {**_TIME, "description": "When nobody waits for the reply any more."},
            "roles": {
                "type": "string",
                "description": "The caller's roles, separated by commas or spaces. Read only by workers that trust "
                "callers (`CART_TRUST_ROLE_HEADER`).",
            },
            "lock-owner": {
                "type": "string",
                "description": "The owner of the cart's lock (`lock-cart`), as whom the command changes the cart.",
            },
            "dialect": {
                "type": "string",
                "enum": ["canonical"],
                "description": "The dialect of the body; a call in another one is a message of its own.",
            },
        },
        "required": ["messageId", "cart-id"],
    },
    "ReplyHeaders": {
        "type": "object",
        "properties": {
            "messageId": _property("message_id", "the command's message id, followed by `:reply`"),
            "correlationId": _property("correlation_id", "that of the command, or else its message id"),
            "http-status": {
                "type": "integer",
                "description": "The HTTP status that a gateway in front of the queue would answer with.",
            },
            "cart-id": {"type": "string", "description": "The cart's id; absent if the reply is about no single cart."},
            "cart-version": {
                "type": "integer",
                "description": "The cart's version; absent in refusals, and if the reply is about no single cart.",
            },
            "status": {
                "type": "string",
                "enum": [*get_args(Status)],
                "description": "What became of the command; absent in refusals.",
            },
        },
        "required": ["http-status"],
    },
    "EventHeaders": {
        "type": "object",
        "properties": {
            "messageId": _property("message_id", "the same for every repeat: `<tenant>:<cartId>:<version>:<type>`"),
            "cloudEvents:specversion": {
                "type": "string",
                "enum": ["1.0"],
                "description": "The version of CloudEvents.",
            },
            "cloudEvents:id": {"type": "string", "description": "The message id."},
            "cloudEvents:type": {"type": "string", "description": "The event's type."},
            "cloudEvents:source": {"type": "string", "description": "The worker that published the event."},
            "cloudEvents:subject": {"type": "string", "description": "The cart's id."},
            "cloudEvents:time": {**_TIME, "description": "When it happened."},
        },
        "required": ["messageId"],
    },
}
