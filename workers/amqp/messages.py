"""What goes out through the publisher and what comes in through a consumer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from workers.amqp.decoding import Damage

if TYPE_CHECKING:
    from workers.amqp.link import Link


class Outcome(Enum):
    """What became of one published message."""

    CONFIRMED = "confirmed"
    """The broker has taken responsibility for it."""
    UNROUTABLE = "unroutable"
    """It was mandatory and no queue wanted it (Basic.Return)."""
    REFUSED = "refused"
    """The broker will not have it: no such exchange, no permission, or negatively acknowledged too often."""


@dataclass(slots=True)
class Outgoing:
    """A persistent JSON message to publish. Short strings (all but body and header values) hold 255 bytes.

    ``mandatory``: it is of no use if no queue takes it; ``to_caller``: it is a reply.
    """

    exchange: str
    routing_key: str
    body: bytes
    message_id: str
    type: str
    correlation_id: str | None = None
    reply_to: str | None = None
    headers: Mapping[str, str | int] = field(default_factory=dict)
    mandatory: bool = False
    to_caller: bool = False


@dataclass(slots=True, eq=False)
class Delivery:
    """A message as a consumer received it, to be settled once it has been dealt with.

    ``expiration`` is the broker's text (milliseconds), ``timestamp`` counts seconds since the epoch. Text that
    is not UTF-8 arrives with replacement characters. With ``damage`` some properties or all headers are missing.
    """

    link: Link
    delivery_tag: int
    redelivered: bool
    routing_key: str
    body: bytes
    headers: dict[str, object]
    message_id: str | None
    correlation_id: str | None
    reply_to: str | None
    content_type: str | None
    content_encoding: str | None
    expiration: str | None
    timestamp: int | None
    user_id: str | None
    damage: Damage | None = None
