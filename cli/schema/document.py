"""The whole document: who listens where, replies, published events (docs/contract.md; AsyncAPI 3.0)."""

from collections.abc import Sequence

from cartwright.wire.command import SCHEMA_VERSION
from cli.schema import dialects
from cli.schema.headers import HEADERS, Schema
from cli.schema.messages import command_name, component_messages, event_name, reply_name
from cli.schema.schemas import component_schemas, published_events, sent_replies
from handlers.kinds import Registered
from handlers.registry import commands

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
            "parameters": {
                "tenant": {"description": "The tenant; `default` where there is just one."},
                **dialects.parameters(),
            },
            "messages": {**component_messages(), **dialects.component_messages()},
            "schemas": {**HEADERS, **dialects.component_schemas(HEADERS["CommandHeaders"]), **component_schemas()},
        },
    }


def _channels() -> Schema:
    return {
        **{command_name(kind): _topic("cart.commands", kind, command_name(kind)) for kind in commands()},
        "replies": {
            "address": None,
            "description": "The queue that a command names in `reply_to`.",
            "messages": {name: _message(name) for name in (*map(reply_name, sent_replies()), dialects.REPLY)},
        },
        dialects.CALL: {**dialects.channel(), "bindings": _routed("cart.commands")},
        **{event_name(kind): _topic("cart.events", kind, event_name(kind)) for kind in published_events()},
    }


def _topic(exchange: str, kind: str, message: str) -> Schema:
    return {
        "address": f"{{tenant}}.{kind}",
        "parameters": {"tenant": {"$ref": "#/components/parameters/tenant"}},
        "messages": {message: _message(message)},
        "bindings": _routed(exchange),
    }


def _routed(exchange: str) -> Schema:
    return {
        "amqp": {
            "is": "routingKey",
            "exchange": {"name": exchange, "type": "topic", "durable": True, "autoDelete": False},
            **_BINDING,
        }
    }


def _operations() -> Schema:
    return {
        **{command_name(kind): _receive_command(kind, entry) for kind, entry in commands().items()},
        dialects.CALL: _receive(dialects.CALL, [dialects.REPLY, reply_name("command-refused")]),
        **{event_name(kind): _send(kind) for kind in published_events()},
    }


def _receive_command(kind: str, entry: Registered) -> Schema:
    return _receive(command_name(kind), [reply_name(entry.reply_type), reply_name("command-refused")])


def _receive(name: str, replies: Sequence[str]) -> Schema:
    return {
        "action": "receive",
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": [_in_channel(name, name)],
        "bindings": {"amqp": {"deliveryMode": 2, "mandatory": True, "ack": True, **_BINDING}},
        "reply": {
            "address": {
                "location": "$message.header#/replyTo",
                "description": "AMQP property `reply_to`; without it there is no reply.",
            },
            "channel": {"$ref": "#/channels/replies"},
            "messages": [_in_channel("replies", each) for each in replies],
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
