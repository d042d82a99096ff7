"""Intake: a delivery becomes work, or it is clear at once how it must be answered or that it must be parked."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic_core import PydanticCustomError

from cartwright.handlers.reading import Origin, read_command
from cartwright.models.refusals import ErrorCode, Refusal
from cartwright.models.schema import parse_time
from cartwright.workers.amqp import Delivery
from cartwright.workers.tokens import attempts_of, token_of
from cartwright.workers.work import Work

DIRECT_REPLY_TO = "amq.rabbitmq.reply-to"
MAX_HEADER_BYTES = 16 * 1024
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_MESSAGE_ID = re.compile(r"[!-~]{1,128}")
_REPLY_QUEUE = re.compile(r"[A-Za-z0-9._:@=+/-]{1,255}")


class Parked(Exception):  # noqa: N818 (an outcome, not a mistake)
    """A delivery that nobody may be answered about; it goes to the parking queue with this code."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Intake:
    """Reads deliveries; `reply_prefix` is what the names of reply queues start with.

    `trust_roles`: whether callers may say themselves which roles they have, in the header `roles`.
    """

    reply_prefix: str
    trust_roles: bool = False

    def check_address(self, delivery: Delivery) -> None:
        """Raise `Parked` for a reply address that is not allowed, or headers too large to look at."""
        values = delivery.headers.values()
        if sum([len(value) if type(value) is str else len(str(value)) for value in values]) > MAX_HEADER_BYTES:
            raise Parked(ErrorCode.TOO_LARGE, "The headers are too large.")
        reply_to = delivery.reply_to
        if reply_to and not self._allowed(reply_to):
            raise Parked(ErrorCode.FORBIDDEN_REPLY_TO, "Replies go to direct reply-to or to a reply queue.")

    def _allowed(self, reply_to: str) -> bool:
        # A "|" would name an exchange to some frameworks; neither form of address has one.
        named = reply_to.startswith(self.reply_prefix) and _REPLY_QUEUE.fullmatch(reply_to)
        direct = reply_to.startswith(DIRECT_REPLY_TO) and "|" not in reply_to
        return bool(named or direct)

    def read(self, delivery: Delivery, now: datetime) -> Work:
        """The command of a delivery; raises `Refusal`."""
        _check_content(delivery)
        deadline = _deadline(delivery, now)
        # What may have been applied by an earlier delivery is looked up first: nobody is told two things.
        if deadline is not None and deadline <= now and not (delivery.redelivered or attempts_of(delivery)):
            raise deadline_exceeded()
        tenant, _, kind = delivery.routing_key.partition(".")
        if not _TENANT.fullmatch(tenant) or not kind:
            raise Refusal(ErrorCode.INVALID, "The routing key is <tenant>.<command-type>.")
        cart_key = delivery.headers.get("cart-id")
        origin = Origin(
            tenant=tenant,
            type=kind,
            message_id=_message_id(delivery),
            cart_key=cart_key if isinstance(cart_key, str) else None,
            user=delivery.user_id,
            received_at=now,
            roles=_roles(delivery) if self.trust_roles else frozenset(),
        )
        registered, command = read_command(delivery.body, origin)
        return Work(delivery, registered, command, deadline, token_of(delivery))


def _roles(delivery: Delivery) -> frozenset[str]:
    header = delivery.headers.get("roles")
    return frozenset(filter(None, re.split(r"[,\s]+", header))) if isinstance(header, str) else frozenset()


def deadline_exceeded() -> Refusal:
    """The refusal of a command whose caller has stopped waiting."""
    return Refusal(ErrorCode.DEADLINE_EXCEEDED, "The deadline of the command has passed; nothing was done.")


def _message_id(delivery: Delivery) -> str | None:
    message_id = delivery.message_id
    if message_id is not None and message_id and not _MESSAGE_ID.fullmatch(message_id):
        raise Refusal(ErrorCode.INVALID, "A message id has 1 to 128 visible ASCII characters.")
    return message_id or None


def _check_content(delivery: Delivery) -> None:
    kind = (delivery.content_type or "application/json").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refusal(ErrorCode.MALFORMED, "The content type is application/json.")
    # Many clients name the character set here.
    if (delivery.content_encoding or "").lower() not in ("", "identity", "utf-8"):
        raise Refusal(ErrorCode.MALFORMED, "The content is not encoded or compressed.")
    if delivery.headers.get("dialect") not in (None, "", "canonical"):
        raise Refusal(ErrorCode.INVALID, "There is no such dialect.")


def _deadline(delivery: Delivery, now: datetime) -> datetime | None:
    """The earlier of the deadline header and the message's own expiration, counted from when it was sent.

    A timestamp has whole seconds: the message may have been sent at the very end of that second.
    """
    times = []
    header = delivery.headers.get("deadline")
    if header is not None:
        try:
            times.append(parse_time(header))
        except PydanticCustomError:
            raise Refusal(ErrorCode.INVALID, "The deadline header is a time such as 2026-01-31T08:00:00Z.") from None
    if delivery.expiration and delivery.expiration.isdecimal() and delivery.timestamp:
        sent = datetime.fromtimestamp(min(delivery.timestamp + 1, now.timestamp()), UTC)
        times.append(sent + timedelta(milliseconds=min(int(delivery.expiration), 10**10)))
    return min(times, default=None)
