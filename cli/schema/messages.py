"""Messages: one for each command, kind of reply and kind of event, with an example of each."""

import inspect

from pydantic import BaseModel
from pydantic_core import to_json

from cartwright.wire.examples import example_of
from cli.schema.headers import Schema
from cli.schema.schemas import command_models, data_model, published_events, ref, sent_replies, summary
from handlers.kinds import AboutNoCart, Registered
from handlers.registry import commands

CART_ID = "c-42"
MESSAGE_ID = "0b7f3c52-6a0e-4b1d-9d43-2f6f3a1c9e10"


def command_name(kind: str) -> str:
    """The key of a command's message."""
    return f"{kind}-command"


def reply_name(kind: str) -> str:
    """The key of a reply's message."""
    return f"{kind}-reply"


def event_name(kind: str) -> str:
    """The key of an event's message."""
    return f"{kind}-event"


def component_messages() -> Schema:
    """Every message by its key."""
    return {
        **{command_name(kind): _command(kind, entry) for kind, entry in commands().items()},
        **{reply_name(kind): _answer(kind, model, "ReplyHeaders") for kind, model in sent_replies().items()},
        **{event_name(kind): _answer(kind, model, "EventHeaders") for kind, model in published_events().items()},
    }


def example_body(kind: str, entry: Registered) -> Schema:
    """A whole command of this type."""
    data = data_model(entry)
    shown = example_of(data)
    named_by_key = entry.needs(data.model_validate_json(to_json(shown))).keys
    about_cart = not isinstance(entry, AboutNoCart) and not named_by_key
    return {"type": kind, **({"cartId": CART_ID} if about_cart else {}), "data": shown}


def _command(kind: str, entry: Registered) -> Schema:
    body = example_body(kind, entry)
    headers = {"messageId": MESSAGE_ID, "cart-id": body.get("cartId", MESSAGE_ID)}
    return {
        **_message(kind, command_models()[kind], "CommandHeaders", summary(entry)),
        "correlationId": {"location": "$message.header#/correlationId"},
        "examples": [{"name": kind, "headers": headers, "payload": body}],
    }


def _answer(kind: str, model: type[BaseModel], headers: str) -> Schema:
    return {
        **_message(kind, model, headers, inspect.getdoc(model)),
        "examples": [{"name": kind, "payload": example_of(model)}],
    }


def _message(kind: str, model: type[BaseModel], headers: str, summary: str | None) -> Schema:
    return {
        "name": kind,
        "title": kind,
        "summary": summary,
        "contentType": "application/json",
        "headers": ref(headers),
        "payload": ref(model),
        "bindings": {"amqp": {"messageType": kind, "bindingVersion": "0.3.0"}},
    }
