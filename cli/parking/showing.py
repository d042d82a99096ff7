"""Parked messages as text and as JSON. Nothing that a sender wrote reaches the terminal but printable text."""

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import datetime

import typer
from rich.markup import escape

from cartwright import ParkedGroup, ParkedMessage
from cartwright.wire.parked import SECRET
from cartwright.wire.schema import format_time
from cli.output import console, table

HIDDEN = "(hidden)"
SHOWN_CHARACTERS = 4000


def plain(text: object) -> str:
    """Text of which every character can be printed."""
    given = str(text)
    return given if given.isprintable() else given.encode("unicode_escape").decode("ascii")


def print_groups(groups: Iterable[ParkedGroup]) -> None:
    """A table of groups."""
    headings = ("code", "command", "tenant", "oldest", "newest", "reason of the last", "messages", "bytes")
    console.print(table(headings, 6, map(_group_row, groups)))


def print_messages(messages: Iterable[ParkedMessage]) -> None:
    """A table with a row for each message."""
    headings = ("id", "message id", "code", "command", "tenant", "cart", "parked at", "bytes")
    console.print(table(headings, 7, map(_message_row, messages)))


def print_message(message: ParkedMessage, *, secrets: bool) -> None:
    """One message at length; a long body is cut."""
    console.print(f"[bold]{escape(plain(message.id))}[/bold] {escape(plain(f'{message.code}: {message.reason}'))}")
    said = {
        "message id": message.message_id,
        "parked by": message.parked_by,
        "parked at": _when(message.parked_at),
        "routing key": message.routing_key,
        "reply to": message.reply_to,
        "user": message.user_id,
    }
    headers = {f"header {name}": value for name, value in shown_headers(message, secrets=secrets).items()}
    for name, value in {**said, **headers}.items():
        if value is not None:
            text = value if isinstance(value, str) else json.dumps(value)
            console.print(f"  {escape(plain(name))}: {escape(plain(text))}", soft_wrap=True)
    text = message.body.decode(errors="backslashreplace")
    lines = text[:SHOWN_CHARACTERS].splitlines()
    console.print(f"  {message.size} bytes", end="\n" if lines else ", none\n")
    for line in lines:
        console.print(f"    {escape(plain(line))}", soft_wrap=True)
    if len(text) > SHOWN_CHARACTERS:
        console.print("    …; --body prints it whole")


def shown_headers(message: ParkedMessage, *, secrets: bool) -> dict[str, object]:
    """The headers as JSON has them; those with which somebody could act as the sender only if asked for."""
    return {
        name: HIDDEN if name in SECRET and not secrets else _json_value(value)
        for name, value in message.headers.items()
    }


def group_fields(group: ParkedGroup) -> dict[str, object]:
    """A group as JSON."""
    return {
        "code": group.code,
        "command": group.command,
        "tenant": group.tenant,
        "messages": group.messages,
        "bytes": group.size,
        "oldest": _when(group.oldest),
        "newest": _when(group.newest),
        "reason": group.reason,
    }


def message_fields(message: ParkedMessage) -> dict[str, object]:
    """A message as JSON, without headers and body."""
    return {
        "id": message.id,
        "messageId": message.message_id,
        "code": message.code,
        "reason": message.reason,
        "parkedBy": message.parked_by,
        "parkedAt": _when(message.parked_at),
        "tenant": message.tenant,
        "command": message.command,
        "cartId": message.cart_id,
        "routingKey": message.routing_key,
        "replyTo": message.reply_to,
        "userId": message.user_id,
        "bytes": message.size,
    }


def whole_fields(message: ParkedMessage, *, secrets: bool) -> dict[str, object]:
    """A message as JSON, whole; a body that is not text is in base64."""
    try:
        body = {"body": message.body.decode()}
    except UnicodeDecodeError:
        body = {"bodyBase64": base64.b64encode(message.body).decode()}
    return {**message_fields(message), "headers": shown_headers(message, secrets=secrets), **body}


def echo_json(value: object, indent: int | None = 2) -> None:
    """Print a value as JSON in ASCII."""
    typer.echo(json.dumps(value, indent=indent))


def _group_row(group: ParkedGroup) -> tuple[str, ...]:
    said = (group.code, group.command or "", group.tenant or "", _when(group.oldest), _when(group.newest), group.reason)
    return (*(plain(each or "") for each in said), str(group.messages), str(group.size))


def _message_row(message: ParkedMessage) -> tuple[str, ...]:
    said = (
        message.id,
        message.message_id,
        message.code,
        message.command,
        message.tenant,
        message.cart_id,
        _when(message.parked_at),
        message.size,
    )
    return tuple(plain("" if each is None else each) for each in said)


def _when(time: datetime | None) -> str | None:
    return None if time is None else format_time(time)


def _json_value(value: object) -> object:
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, bytes | bytearray):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, Mapping):
        return {str(name): _json_value(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_json_value(each) for each in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
