"""Commands on their way out, replies and events on their way in (contract, "A command", "A reply", "Events")."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypedDict, TypeVar
from uuid import uuid4

import aio_pika
from pydantic.alias_generators import to_camel
from pydantic_core import from_json, to_json

from cartwright.client.errors import RefusedError, UnreadableMessage
from cartwright.wire.events import EVENTS, Event
from cartwright.wire.replies import REPLIES, CommandRefused, Reply
from cartwright.wire.schema import Model, format_time
from cartwright.wire.stored import stored_reader

M = TypeVar("M", bound=Model)
Data = Mapping[str, Any] | Model
"""A command's own data: a JSON object under wire names, or a model of it."""


class Options(TypedDict, total=False):
    """What any command may say besides its data.

    `version`, `on_conflict`, `dry_run`, `reason` and `explain` are the contract's; `message_id` is the idempotency
    key, a random one by default; `headers` are sent along (`traceparent`, `source-channel`, `context` …).
    """

    version: int | None
    on_conflict: Literal["reject", "rebase"]
    dry_run: bool
    reason: str | None
    explain: bool
    message_id: str
    headers: Mapping[str, str]


_ENVELOPE = ("version", "on_conflict", "dry_run", "reason", "explain")


def command_message(
    kind: str, data: Data | None, cart_id: str | None, options: Options, expires_in: float | None = None
) -> aio_pika.Message:
    """A persistent command; with `expires_in` (seconds) it says when nobody waits for the reply any more."""
    message_id = options.get("message_id") or str(uuid4())
    given = {name: options[name] for name in _ENVELOPE if options.get(name) is not None}  # type: ignore[literal-required]
    body = {
        "type": kind,
        **({} if cart_id is None else {"cartId": cart_id}),
        **{to_camel(name): value for name, value in given.items()},
        "data": data.wire() if isinstance(data, Model) else dict(data or {}),
    }
    headers = {**options.get("headers", {}), "cart-id": cart_id or message_id}
    if expires_in is not None:
        headers["deadline"] = format_time(datetime.now(UTC) + timedelta(seconds=expires_in))
    return aio_pika.Message(
        to_json(body),
        message_id=message_id,
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        headers=dict(headers),
    )


def read_reply(body: bytes) -> Reply:
    """The reply in `body`; raises the `RefusedError` that it stands for, or `UnreadableMessage`."""
    reply = _read(body, REPLIES, Reply)
    if isinstance(reply, CommandRefused):
        raise RefusedError.of(reply)
    return reply


def read_event(body: bytes) -> Event:
    """The event in `body`; raises `UnreadableMessage`."""
    return _read(body, EVENTS, Event)


def _read(body: bytes, kinds: Mapping[str, type[M]], unknown: type[M]) -> M:
    try:
        fields = from_json(body)
        kind = kinds.get(fields["type"], unknown)
        # What a later worker adds, deep inside too, is kept and stops nobody; nor does what limits a command.
        message: M = stored_reader(kind).validate_json(body, extra="allow")
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableMessage(f"not a message of this contract: {error}") from error
    return message
