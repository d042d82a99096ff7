"""What every method of the client is made of: one call, its options, and the kind of its reply."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Literal, TypedDict, TypeVar, Unpack

from cartwright.commands.data import Data
from cartwright.wire.replies import Reply

R = TypeVar("R", bound=Reply)
Fields = Mapping[str, object]
"""A JSON object under wire names."""


class SenderOptions(TypedDict, total=False):
    """What is said beside a message.

    `message_id` is the idempotency key, a random one by default; `lock_owner` is who has locked the cart; `headers`
    are sent along (`traceparent`, `source-channel`, `context` …).
    """

    message_id: str
    lock_owner: str
    headers: Mapping[str, str]


class Options(SenderOptions, total=False):
    """What any command may say besides its data: `version`, `on_conflict` and so on are the contract's."""

    version: int | None
    on_conflict: Literal["reject", "rebase"]
    dry_run: bool
    reason: str | None
    explain: bool


class CallOptions(Options, total=False):
    """The options of a command that is answered; `timeout` counts seconds until the reply is there."""

    timeout: float


class DialectOptions(SenderOptions, total=False):
    """The options of a call in a dialect; `timeout` counts seconds until the reply is there."""

    timeout: float


class Calls(ABC):
    """Something that sends commands and reads their replies."""

    @abstractmethod
    async def ask(
        self,
        reply: type[R],
        kind: str,
        data: Data | Fields | None = None,
        *,
        cart_id: str | None = None,
        **options: Unpack[CallOptions],
    ) -> R:
        """Send a command of this type, and return its reply as this model; raises what `CartClient.call` raises."""
