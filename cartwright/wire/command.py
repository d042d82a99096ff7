"""A command: the envelope that all share, and what the worker knows about its sender."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import Field

from cartwright.wire.patterns import pattern
from cartwright.wire.schema import Id, Model, StrictModel, Text, Version

SCHEMA_VERSION = 1


class CommandData(Model):
    """Base of every command's `data`."""


D = TypeVar("D", bound=CommandData)


class Envelope(StrictModel, Generic[D]):
    """The body of a command message (contract, "A command"). Fields with a default, such as `dryRun`, can't be null."""

    type: Annotated[str, pattern(r"^[a-z]+(-[a-z]+)*$", "words of small letters, joined by -", max_length=64)]
    """The command's type; the same as in the routing key."""
    schema_version: Annotated[int, Field(ge=1, le=SCHEMA_VERSION)] = SCHEMA_VERSION
    """The version of the command schema that the sender wrote for."""
    cart_id: Id | None = None
    """The cart that the command is about. `create-cart` without one gets an id derived from the message id."""
    version: Version | None = None
    """The version that the caller saw last. If the cart has a newer one, the command is refused with
    `stale-version`.
    """
    on_conflict: Literal["reject", "rebase"] = "reject"
    """What happens with a stale `version`: `reject` refuses the command, `rebase` applies it if nothing that it
    touches has changed since.
    """
    dry_run: bool = False
    """Whether to answer what the command would do, and write nothing."""
    reason: Text | None = None
    """Why the caller does this; stored with the change and shown in the event."""
    explain: bool = False
    """Whether the reply should hold the ledger behind every amount."""
    data: D
    """The command's own fields."""


@dataclass(frozen=True, slots=True)
class Command(Generic[D]):
    """A validated command with its origin; everything a decision may know about the message.

    `body_hash` is empty for a read, which nobody remembers; `roles` are those that the caller is trusted to have;
    `lock_owner` is as whose owner of a lock it comes; `follows`: it follows from another command, a worker sent it;
    `job_id` is the job that gave it.
    """

    tenant: str
    id: str | None
    body_hash: bytes
    envelope: Envelope[D]
    cart_id: str
    actor: str | None
    received_at: datetime
    roles: frozenset[str] = frozenset()
    lock_owner: str | None = None
    follows: bool = False
    job_id: str | None = None

    @property
    def type(self) -> str:
        """The command's type, e.g. `add-items`."""
        return self.envelope.type

    @property
    def data(self) -> D:
        """The command's own data."""
        return self.envelope.data


AnyEnvelope = Envelope[Any]
AnyCommand = Command[Any]
"""A command of whatever type: only its decision knows what is in its data."""
