"""What goes out through the publisher and what comes in through a consumer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol


class Damage(Enum):
    """Why a message's properties could not be read, or not all of them."""

    PROPERTIES = "The message's properties end in the middle of a value."
    TOO_LARGE = "The headers are larger than 16 KiB."
    HEADERS = "The headers are no table as AMQP has it: cut off, of an unknown type, named twice or nested too deeply."


class Outcome(Enum):
    """How publishing one message ended."""

    CONFIRMED = "confirmed"
    """The broker has taken responsibility for it."""
    UNROUTABLE = "unroutable"
    """It was mandatory and no queue wanted it (Basic.Return)."""
    REFUSED = "refused"
    """The broker refused it: no such exchange, no permission, or negatively acknowledged too often."""


@dataclass(slots=True)
class Outgoing:
    """A persistent JSON message to publish. Short strings (all but body and header values) hold at most 255 bytes.

    `mandatory`: the broker returns it if no queue takes it; `to_caller`: it is a reply; `parked`: it is set aside
    for people to look at.
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
    parked: bool = False


class Acknowledges(Protocol):
    """What messages came over, such as one opening of a channel: they are acknowledged through it, several together.

    Their numbers are valid only on it, such as delivery tags.
    """

    open: bool
    """Whether its messages are still ours. If not, they come again, to us or to another worker."""

    def acknowledge(self, numbers: Iterable[int], /) -> None:
        """Take note that these messages are finished and need not come again; those already settled are left out."""


@dataclass(slots=True, eq=False)
class Delivery:
    """A message as a consumer received it, to be acknowledged once it has been processed.

    `expiration` is the broker's text (milliseconds), `timestamp` counts seconds since the epoch. Text that
    is not UTF-8 arrives with replacement characters. With `damage` some properties or all headers are missing.
    """

    link: Acknowledges
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
