"""What one tenant saw on the wire: the commands that it sent, their replies, its events."""

from dataclasses import dataclass, field
from typing import Any

import orjson

Body = dict[str, Any]
"""A reply or an event under its wire names."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A command that the broker has confirmed, once or several times under the same message id.

    `answerable`: its reply address leads somewhere. `writes`: neither a read nor a dry run. `predicts`: for a dry run,
    the message id of the same command as a real run. `alone`: nothing else is sent to the cart between the two.
    """

    message_id: str
    cart_id: str | None = None
    answerable: bool = True
    writes: bool = True
    predicts: str | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it arrived."""

    id: str
    body: bytes
    fields: Body = field(compare=False)

    @property
    def of_version(self) -> bool:
        """Whether it tells of a version of a cart; the others tell of jobs, or carry an exported cart."""
        return "commandId" in self.fields

    @property
    def message_id(self) -> str | None:
        """The message id of the command that made the version; none if a job made it, or if it tells of none."""
        return None if "jobId" in self.fields else self.fields.get("commandId")


@dataclass(slots=True)
class History:
    """Everything seen of one tenant, in the order in which it arrived; messages may come more than once."""

    tenant: str
    sent: dict[str, Sent] = field(default_factory=dict)
    replies: dict[str, list[Body]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    parked: dict[str, list[str]] = field(default_factory=dict)
    first_replies: dict[str, int] = field(default_factory=dict)
    """Which commands were answered, in the order of their first replies."""
    reused: set[str] = field(default_factory=set)
    """Message ids under which another command was sent as well."""
    told: set[str] = field(default_factory=set)
    """Message ids of commands of which an event has told."""

    def confirmed(self, sent: Sent) -> None:
        """Note a command as confirmed."""
        self.sent.setdefault(sent.message_id, sent)

    def replied(self, reply: Body, command_id: str | None = None) -> None:
        """Note a reply, under the message id of its command; `command_id` if the reply can't name it."""
        message_id = command_id or reply["commandId"]
        self.first_replies.setdefault(message_id, len(self.first_replies))
        self.replies.setdefault(message_id, []).append(dict(reply))

    def heard(self, message_id: str, body: bytes) -> None:
        """Note an event."""
        event = Event(message_id, body, orjson.loads(body))
        self.events.append(event)
        if event.message_id is not None:
            self.told.add(event.message_id)

    def set_aside(self, message_id: str, code: str) -> None:
        """Note a parked command and the code of its reason."""
        self.parked.setdefault(message_id, []).append(code)

    @property
    def open(self) -> set[str]:
        """Commands whose end was not yet seen on the wire."""
        return self.sent.keys() - self.replies.keys() - self.parked.keys() - self.told

    @property
    def cart_ids(self) -> set[str]:
        """Every cart that a message was about."""
        named = {sent.cart_id for sent in self.sent.values() if sent.cart_id}
        answered = {reply["cartId"] for replies in self.replies.values() for reply in replies if reply.get("cartId")}
        return named | answered | {event.fields["cartId"] for event in self.versions}

    @property
    def versions(self) -> list[Event]:
        """The events that tell of a version of a cart."""
        return [event for event in self.events if event.of_version]
