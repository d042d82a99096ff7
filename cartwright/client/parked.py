"""Parked messages in one form, whoever parked them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal

from aio_pika.abc import AbstractIncomingMessage
from pydantic_core import PydanticCustomError

from cartwright.wire.headers import CANONICAL, CART_ID, DIALECT, TENANT
from cartwright.wire.parked import (
    CHUNK,
    EXPIRED,
    PARKED_AT,
    PARKED_CODE,
    PARKED_ID,
    PARKED_REASON,
    PARKED_REPLY_TO,
    PARKED_ROUTING_KEY,
    PARKED_USER,
    cause_of,
)
from cartwright.wire.refusals import ErrorCode
from cartwright.wire.schema import format_time, parse_time

ParkedBy = Literal["worker", "broker", "sender"]
UNKNOWN = "unknown"
"""The code of what somebody published to the parking queue, and of which nothing says why."""
_OURS = frozenset({PARKED_ID, PARKED_CODE, PARKED_REASON, PARKED_AT, PARKED_ROUTING_KEY, PARKED_REPLY_TO, PARKED_USER})
_ID = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class ParkedMessage:
    """A message in the parking queue.

    `id` is what it is called by. `message_id`, `routing_key`, `headers` and `body` are as it was sent; without `body`,
    `size` still says how many bytes it has. `tenant` and `command` are None where its routing key names none. `code` is
    an error code, or `unknown`; a worker, the broker or its sender put it there (`parked_by`).
    """

    id: str
    message_id: str | None
    code: str
    reason: str
    parked_by: ParkedBy
    parked_at: datetime | None
    tenant: str | None
    command: str | None
    routing_key: str
    reply_to: str | None
    user_id: str | None
    headers: Mapping[str, object]
    body: bytes
    size: int

    @property
    def cart_id(self) -> str | None:
        """The cart that its headers name, if they name one; a command about none names its message id."""
        cart_id = self.headers.get(CART_ID)
        return cart_id if isinstance(cart_id, str) and cart_id != self.message_id else None

    @property
    def dialect(self) -> str | None:
        """The dialect in which it is, if it is not a canonical command."""
        dialect = self.headers.get(DIALECT)
        return dialect if isinstance(dialect, str) and dialect not in CANONICAL else None


@dataclass(frozen=True, slots=True)
class ParkedGroup:
    """Parked messages of one code, command and tenant: how many, with how many bytes, since when, and why the last."""

    code: str
    command: str | None
    tenant: str | None
    messages: int
    size: int
    oldest: datetime | None
    newest: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which parked messages are meant: those that everything given here is true of.

    `ids` are ids of parked messages, or message ids; `limit` means so many of the oldest.
    """

    ids: frozenset[str] = frozenset()
    code: str | None = None
    command: str | None = None
    tenant: str | None = None
    since: datetime | None = None
    limit: int | None = None

    def __contains__(self, message: ParkedMessage) -> bool:
        return (
            (not self.ids or message.id in self.ids or message.message_id in self.ids)
            and self.code in (None, message.code)
            and self.command in (None, message.command)
            and self.tenant in (None, message.tenant)
            and (self.since is None or (message.parked_at is not None and message.parked_at >= self.since))
        )


def grouped(messages: Iterable[ParkedMessage]) -> list[ParkedGroup]:
    """The messages in groups, the largest first."""
    groups: dict[tuple[str, str | None, str | None], ParkedGroup] = {}
    for each in messages:
        key = (each.code, each.command, each.tenant)
        known = groups.get(key) or ParkedGroup(*key, 0, 0, each.parked_at, each.parked_at, each.reason)
        groups[key] = replace(
            known,
            messages=known.messages + 1,
            size=known.size + each.size,
            oldest=min(filter(None, (known.oldest, each.parked_at)), default=None),
            newest=max(filter(None, (known.newest, each.parked_at)), default=None),
            reason=each.reason,
        )
    return sorted(groups.values(), key=lambda group: (-group.messages, group.code, str(group.command)))


def read_parked(message: AbstractIncomingMessage, prefix: str) -> ParkedMessage:
    """A message of the parking queue in the one form."""
    headers: Mapping[str, object] = message.headers
    deaths = headers.get("x-death")
    why = _by_broker(deaths, prefix) if isinstance(deaths, list) and deaths else _by_worker(headers)
    sent = {name: value for name, value in headers.items() if name not in _OURS and not name.startswith("x-")}
    tenant, _, command = why.routing_key.partition(".")
    named = bool(TENANT.fullmatch(tenant) and command)
    chunk = why.routing_key.startswith(f"{prefix}.batch.")
    own = headers.get(PARKED_ID)
    return ParkedMessage(
        id=own if isinstance(own, str) and _ID.fullmatch(own) else _id_of(message, why),
        message_id=message.message_id or None,
        code=why.code,
        reason=why.reason,
        parked_by=why.by,
        parked_at=why.at,
        tenant=tenant if named and not chunk else None,
        command=CHUNK if chunk else command if named else None,
        routing_key=why.routing_key,
        reply_to=_text(headers.get(PARKED_REPLY_TO)) or message.reply_to or None,
        user_id=_text(headers.get(PARKED_USER)) or message.user_id or None,
        headers=sent,
        body=message.body,
        size=len(message.body),
    )


@dataclass(frozen=True, slots=True)
class _Why:
    by: ParkedBy
    code: str
    reason: str
    at: datetime | None
    routing_key: str


def _by_worker(headers: Mapping[str, object]) -> _Why:
    code, key = _text(headers.get(PARKED_CODE)), _text(headers.get(PARKED_ROUTING_KEY)) or ""
    if code is None:
        return _Why("sender", UNKNOWN, "It was published to the parking queue, and nothing says why.", None, key)
    return _Why("worker", code, _text(headers.get(PARKED_REASON)) or "", _time(headers.get(PARKED_AT)), key)


def _by_broker(deaths: list[object], prefix: str) -> _Why:
    """Why the broker moved it; the newest death comes first. Only the queue before `dead` knows its routing key."""
    known = [each for each in deaths if isinstance(each, dict)]
    newest = known[0] if known else {}
    first = next((each for each in known if each.get("queue") != f"{prefix}.dead"), newest)
    keys = first.get("routing-keys")
    key = _text(keys[0]) if isinstance(keys, list) and keys else None
    reason, at = str(newest.get("reason")), newest.get("time")
    code = ErrorCode.DEADLINE_EXCEEDED if reason == EXPIRED else ErrorCode.INTERNAL
    cause = "its time ran out" if reason == EXPIRED else cause_of(reason)
    return _Why(
        "broker",
        code.value,
        f"The queue {newest.get('queue')} gave it up: {cause}.",
        at.replace(tzinfo=at.tzinfo or UTC) if isinstance(at, datetime) else None,
        "" if key in (None, f"{prefix}.dead") else key,
    )


def _id_of(message: AbstractIncomingMessage, why: _Why) -> str:
    said = (message.message_id, why.routing_key, why.code, why.at and format_time(why.at))
    return sha256(b"\0".join((*(str(each).encode() for each in said), message.body))).hexdigest()[:12]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _time(value: object) -> datetime | None:
    try:
        return parse_time(value)
    except PydanticCustomError:
        return None
