"""The whole document: who listens where, replies, published events (docs/contract.md; AsyncAPI 3.0)."""

from cartwright.wire.command import SCHEMA_VERSION
from cli.schema.headers import HEADERS, Schema
from cli.schema.messages import command_name, component_messages, event_name, reply_name
from cli.schema.schemas import component_schemas, published_events, sent_replies
from handlers.registry import Registered, commands

_BINDING = {"bindingVersion": "0.3.0"}


def asyncapi_document() -> Schema:
    """The AsyncAPI 3.0 document, the same for the same commands and models, byte for byte."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Cartwright",
            "version": f"{SCHEMA_VERSION}.0.0",
            "description": "Shopping carts by message: commands in, one reply each, events out. Names on the broker "
            "carry the configured prefix, here `cart`.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": _channels(),
        "operations": _operations(),
        "components": {
            "parameters": {"tenant": {"description": "The tenant; `default` where there is just one."}},
            "messages": component_messages(),
            "schemas": {**HEADERS, **component_schemas()},
        },
    }


def _channels() -> Schema:
    return {
        **{command_name(kind): _topic("cart.commands", kind, command_name(kind)) for kind in commands()},
        "replies": {
            "address": None,
            "description": "The queue that a command names in `reply_to`.",
            "messages": {reply_name(kind): _message(reply_name(kind)) for kind in sent_replies()},
        },
        **{event_name(kind): _topic("cart.events", kind, event_name(kind)) for kind in published_events()},
    }


def _topic(exchange: str, kind: str, message: str) -> Schema:
    return {
        "address": f"{{tenant}}.{kind}",
        "parameters": {"tenant": {"$ref": "#/components/parameters/tenant"}},
        "messages": {message: _message(message)},
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {"name": exchange, "type": "topic", "durable": True, "autoDelete": False},
                **_BINDING,
            }
        },
    }


def _operations() -> Schema:
    return {
        **{command_name(kind): _receive(kind, entry) for kind, entry in commands().items()},
        **{event_name(kind): _send(kind) for kind in published_events()},
    }


def _receive(kind: str, entry: Registered) -> Schema:
    return {
        "action": "receive",
        "channel": {"$ref": f"#/channels/{command_name(kind)}"},
        "messages": [_in_channel(command_name(kind), command_name(kind))],
        "bindings": {"amqp": {"deliveryMode": 2, "mandatory": True, "ack": True, **_BINDING}},
        "reply": {
            "address": {
                "location": "$message.header#/replyTo",
                "description": "AMQP property `reply_to`; without it there is no reply.",
            },
            "channel": {"$ref": "#/channels/replies"},
            "messages": [
                _in_channel("replies", reply_name(entry.reply_type)),
                _in_channel("replies", reply_name("command-refused")),
            ],
        },
    }


def _send(kind: str) -> Schema:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{event_name(kind)}"},
        "messages": [_in_channel(event_name(kind), event_name(kind))],
        "bindings": {"amqp": {"deliveryMode": 2, **_BINDING}},
    }


def _in_channel(channel: str, message: str) -> Schema:
    return {"$ref": f"#/channels/{channel}/messages/{message}"}


def _message(name: str) -> Schema:
    return {"$ref": f"#/components/messages/{name}"}
