"""Intake: turns a delivery into work, or says at once that it must be refused or parked."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic_core import PydanticCustomError

from cartwright.wire.headers import CANONICAL, CART_ID, DEADLINE, DIALECT, FOLLOWS, LOCK_OWNER, ROLES, TENANT
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import parse_time
from engine.reading import Origin, read_command
from workers.amqp import Damage, Delivery
from workers.consume.delivery_tokens import attempts_of, token_of
from workers.consume.dialect_calls import not_understood, read_call
from workers.consume.direct_replies import DIRECT_REPLY_TO, target_of
from workers.consume.work import Source, Work, deadline_exceeded

SERVER_NAMED = "amq.gen-"
JSON_TYPES = frozenset({"", "application/json", "application/octet-stream"})
"""Content types of JSON; the last is what clients say of any bytes."""
PLAIN_ENCODINGS = frozenset({"", "identity", "binary", "8bit", "7bit", "utf-8", "utf8", "us-ascii"})
"""Content encodings that change nothing; many clients name the character set, or MIME's transfer encoding."""
A_SECOND = timedelta(seconds=1)
_MESSAGE_ID = re.compile(r"[!-~]{1,128}")
_FOLLOW_UP_ID = re.compile(r"[!-~]{1,128}:[a-z-]{1,16}")
"""The id of the command that it follows from, and a suffix."""
_REPLY_QUEUE = re.compile(r"[A-Za-z0-9._:@=+/-]{1,255}")


class Parked(Exception):  # noqa: N818 (an outcome, not a mistake)
    """A delivery that must not be answered; it goes to the parking queue with this code."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Intake:
    """Reads deliveries; `reply_prefix` is what the names of reply queues start with.

    `trust_roles`: whether callers may state their own roles, in the header `roles`. `refused`: whether
    the broker is known to close connections over a direct reply address.
    """

    reply_prefix: str
    trust_roles: bool = False
    refused: Callable[[str], bool] = lambda _: False

    def check_address(self, delivery: Delivery) -> None:
        """Raise `Parked` if the delivery must not be answered, and `Refusal` for unreadable headers."""
        damage = delivery.damage
        if damage is Damage.TOO_LARGE:
            raise Parked(ErrorCode.TOO_LARGE, damage.value)
        if damage is Damage.PROPERTIES:
            # The reply address may be what was cut off.
            raise Parked(ErrorCode.MALFORMED, damage.value)
        reply_to = delivery.reply_to
        if reply_to and not self._allowed(reply_to):
            raise Parked(
                ErrorCode.FORBIDDEN_REPLY_TO,
                f"Replies go to {DIRECT_REPLY_TO}, to a queue that the server named ({SERVER_NAMED}…), or to a queue "
                f"whose name begins with {self.reply_prefix!r}.",
            )
        if damage is not None:
            raise Refusal(ErrorCode.MALFORMED, damage.value)

    def _allowed(self, reply_to: str) -> bool:
        if reply_to.startswith(DIRECT_REPLY_TO):
            return target_of(reply_to) is not None and not self.refused(reply_to)
        # A "|" would name an exchange to some frameworks; no queue of ours has one.
        return reply_to.startswith((self.reply_prefix, SERVER_NAMED)) and bool(_REPLY_QUEUE.fullmatch(reply_to))

    def read(self, delivery: Delivery, source: Source, now: datetime) -> Work:
        """The command of a delivery, which `source` represents from here on; raises `Refusal`."""
        call = source.call
        if call is not None:
            call.came(delivery, now)
        elif delivery.headers.get(DIALECT) not in CANONICAL:
            raise not_understood(delivery)
        _check_content(delivery)
        deadline = _deadline(delivery, now)
        # What an earlier delivery may have applied is looked up first, so that answers never differ.
        if deadline is not None and deadline <= now and not (delivery.redelivered or attempts_of(delivery)):
            raise deadline_exceeded()
        tenant, _, kind = delivery.routing_key.partition(".")
        if not TENANT.fullmatch(tenant) or not kind:
            raise Refusal(ErrorCode.INVALID, "The routing key must be <tenant>.<command-type>.")
        origin = Origin(
            tenant=tenant,
            type=kind,
            message_id=_message_id(delivery),
            cart_key=_text(delivery, CART_ID, wanted=True),
            user=delivery.user_id,
            received_at=now,
            roles=_roles(delivery) if self.trust_roles else frozenset(),
            lock_owner=_text(delivery, LOCK_OWNER, wanted=True),
            follows=_follows(delivery),
        )
        registered, command = (
            read_command(delivery.body, origin) if call is None else read_call(delivery.body, origin, call)
        )
        return Work(source, registered, command, deadline, token_of(delivery))


def _text(delivery: Delivery, name: str, *, wanted: bool = False) -> str | None:
    """A header, if it is a text; one that is `wanted` is refused if it is something else."""
    value = delivery.headers.get(name)
    if isinstance(value, str):
        return value
    if wanted and value is not None:
        raise Refusal(ErrorCode.INVALID, f"The header {name} must be a text.")
    return None


def _follows(delivery: Delivery) -> bool:
    """Whether it follows from the command that it names: its id is that command's with a suffix."""
    first = _text(delivery, FOLLOWS)
    return first is not None and (delivery.message_id or "").rpartition(":")[0] == first


def _roles(delivery: Delivery) -> frozenset[str]:
    header = delivery.headers.get(ROLES)
    return frozenset(filter(None, re.split(r"[,\s]+", header))) if isinstance(header, str) else frozenset()


def _message_id(delivery: Delivery) -> str | None:
    message_id = delivery.message_id
    form = _FOLLOW_UP_ID if _follows(delivery) else _MESSAGE_ID
    if message_id and not form.fullmatch(message_id):
        raise Refusal(ErrorCode.INVALID, "A message id must have 1 to 128 visible ASCII characters.")
    return message_id or None


def _check_content(delivery: Delivery) -> None:
    kind = (delivery.content_type or "").partition(";")[0].strip().lower()
    if kind not in JSON_TYPES:
        raise Refusal(ErrorCode.MALFORMED, f"The content type must be application/json, not {kind}.")
    if (delivery.content_encoding or "").strip().lower() not in PLAIN_ENCODINGS:
        raise Refusal(ErrorCode.MALFORMED, "The content must not be encoded or compressed.")


def _deadline(delivery: Delivery, now: datetime) -> datetime | None:
    """The earlier of the deadline header and the message's own expiration, counted from when it was sent.

    A timestamp of AMQP has whole seconds: what it names may have been at the very end of that second.
    """
    times = []
    header = delivery.headers.get(DEADLINE)
    if header is not None:
        try:
            times.append(parse_time(header) + (A_SECOND if isinstance(header, datetime) else timedelta()))
        except PydanticCustomError:
            raise Refusal(
                ErrorCode.INVALID, "The deadline header must be a time such as 2026-01-31T08:00:00Z."
            ) from None
    if delivery.expiration and delivery.expiration.isdecimal() and delivery.timestamp:
        sent = datetime.fromtimestamp(min(delivery.timestamp + 1, now.timestamp()), UTC)
        times.append(sent + timedelta(milliseconds=min(int(delivery.expiration), 10**10)))
    return min(times, default=None)
