"""Commands on their way out, replies and events on their way in (contract, "A command", "A reply", "Events")."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar, overload
from uuid import uuid4

import aio_pika
from pydantic import JsonValue
from pydantic_core import from_json, to_json

from cartwright.client.calls import DialectOptions, Fields, Options, SenderOptions
from cartwright.client.errors import RefusedError, UnreadableMessage
from cartwright.commands.data import Data
from cartwright.wire.events import EVENTS, Event
from cartwright.wire.headers import CART_ID, DEADLINE, DIALECT, LOCK_OWNER
from cartwright.wire.refused import CommandRefused
from cartwright.wire.replies import Reply
from cartwright.wire.reply_kinds import REPLIES
from cartwright.wire.schema import Model, format_time
from cartwright.wire.stored import stored_reader

M = TypeVar("M", bound=Model)
R = TypeVar("R", bound=Reply)


def command_message(
    kind: str, data: Data | Fields | None, cart_id: str | None, options: Options, expires_in: float | None = None
) -> aio_pika.Message:
    """A persistent command; with `expires_in` (seconds) it says when nobody waits for the reply any more."""
    message_id = options.get("message_id") or str(uuid4())
    said = {
        "cartId": cart_id,
        "version": options.get("version"),
        "onConflict": options.get("on_conflict"),
        "dryRun": options.get("dry_run"),
        "reason": options.get("reason"),
        "explain": options.get("explain"),
    }
    body = {
        "type": kind,
        **{name: value for name, value in said.items() if value is not None},
        "data": data.wire() if isinstance(data, Data) else dict(data or {}),
    }
    return _message(body, message_id, cart_id, options, expires_in)


def dialect_message(
    dialect: str, call: Fields, cart_id: str | None, options: DialectOptions, expires_in: float
) -> aio_pika.Message:
    """A persistent call in a dialect; after so many seconds nobody waits for the reply any more."""
    return _message(call, options.get("message_id") or str(uuid4()), cart_id, options, expires_in, **{DIALECT: dialect})


def _message(
    body: Fields,
    message_id: str,
    cart_id: str | None,
    options: SenderOptions,
    expires_in: float | None,
    **further: str,
) -> aio_pika.Message:
    headers = {**options.get("headers", {}), **further, CART_ID: cart_id or message_id}
    if "lock_owner" in options:
        headers[LOCK_OWNER] = options["lock_owner"]
    if expires_in is not None:
        headers[DEADLINE] = format_time(datetime.now(UTC) + timedelta(seconds=expires_in))
    return aio_pika.Message(
        to_json(body),
        message_id=message_id,
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        headers=dict(headers),
    )


@overload
def read_reply(body: bytes) -> Reply: ...
@overload
def read_reply(body: bytes, expected: type[R]) -> R: ...
def read_reply(body: bytes, expected: type[Reply] | None = None) -> Reply:
    """The reply in `body`, as the model of its type or as the one that is expected.

    Raises `RefusedError` for a refusal, or `UnreadableMessage`.
    """
    fields = fields_of(body)
    kind = REPLIES.get(str(fields.get("type")), Reply)
    if issubclass(kind, CommandRefused):
        raise RefusedError.of(_read(body, kind))
    return _read(body, expected or kind)


def read_event(body: bytes) -> Event:
    """The event in `body`; raises `UnreadableMessage`."""
    return _read(body, EVENTS.get(str(fields_of(body).get("type")), Event))


def fields_of(body: bytes) -> Mapping[str, JsonValue]:
    """The fields of a JSON object; raises `UnreadableMessage`."""
    try:
        fields = from_json(body)
    except ValueError as error:
        raise UnreadableMessage(f"not JSON: {error}") from error
    if not isinstance(fields, dict):
        raise UnreadableMessage("not a JSON object")
    return fields


def _read(body: bytes, kind: type[M]) -> M:
    try:
        # What a later worker adds, deep inside too, is kept and stops nobody; nor does what limits a command.
        message: M = stored_reader(kind).validate_json(body, extra="allow")
    except ValueError as error:
        raise UnreadableMessage(f"not a message of this contract: {error}") from error
    return message
