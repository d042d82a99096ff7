"""All messages and their outcomes: figures for the live view, and for each tenant a history that the audit checks."""

import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from audit import History, Sent
from audit.history import Body

SHOP = "shop"
"""The tenant whose day is played."""

RIVAL = "rival"
"""Another tenant, who tries to get at the shop's carts."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command as an actor makes it; `envelope` holds the fields beside the data, under wire names.

    `predicts`: for a dry run, the message id of the real run that follows it.
    """

    kind: str
    cart_id: str | None = None
    data: Mapping[str, object] = field(default_factory=dict)
    envelope: Body = field(default_factory=dict)
    message_id: str = field(default_factory=lambda: uuid4().hex)
    tenant: str = SHOP
    predicts: str | None = None

    def body(self) -> bytes:
        """The message body."""
        about = {} if self.cart_id is None else {"cartId": self.cart_id}
        return json.dumps({"type": self.kind, **about, **self.envelope, "data": self.data}).encode()


@dataclass(slots=True, eq=False)
class Sending:
    """One message that was sent, and its outcome.

    `expects` is the status or error code that the sender expects (None: any), `seconds` the time from sending to the
    first reply, `parked` the code under which the message was parked.
    """

    actor: str
    tenant: str
    kind: str
    cart_id: str | None
    message_id: str
    body: bytes
    dry_run: bool = False
    predicts: str | None = None
    wants_reply: bool = True
    expects: str | None = None
    sent_at: float = field(default_factory=time.monotonic)
    seconds: float | None = None
    replies: list[Body] = field(default_factory=list)
    parked: str | None = None

    @classmethod
    def of(cls, actor: str, command: Command, expects: str | None = None) -> "Sending":
        """The sending of a well-formed command."""
        return cls(
            actor,
            command.tenant,
            command.kind,
            command.cart_id,
            command.message_id,
            command.body(),
            dry_run=bool(command.envelope.get("dryRun")),
            predicts=command.predicts,
            expects=expects,
        )

    @property
    def outcome(self) -> str | None:
        """Status, error code or the code of parking; None while nothing is known."""
        return outcome_of(self.replies[0]) if self.replies else self.parked

    @property
    def surprising(self) -> bool:
        """Whether the outcome is not what the sender expects."""
        return self.expects is not None and self.outcome != self.expects

    def as_sent(self) -> Sent:
        """The command as the audit's history has it."""
        return Sent(
            self.message_id,
            self.cart_id,
            answerable=self.wants_reply,
            writes=not self.dry_run and self.kind != "get-cart",
            predicts=self.predicts,
            alone=self.predicts is not None,
        )


def outcome_of(reply: Body) -> str:
    """The status of a reply, or the code of a refusal."""
    return str(reply["error"]["code"] if refused(reply) else reply["status"])


def refused(reply: Body) -> bool:
    """Whether the reply is a refusal."""
    return bool(reply["type"] == "command-refused")


@dataclass(slots=True)
class Record:
    """Everything that happened in the day, in the order in which the demonstration learned of it."""

    began: float = field(default_factory=time.monotonic)
    sendings: list[Sending] = field(default_factory=list)
    histories: dict[str, History] = field(default_factory=lambda: {tenant: History(tenant) for tenant in (SHOP, RIVAL)})
    announced: dict[str, int] = field(default_factory=dict)
    """The latest version of each of the shop's carts in an event."""
    outcomes: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    heard: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    answered_in: Counter[int] = field(default_factory=Counter)
    repeated_events: int = 0
    _event_ids: set[str] = field(default_factory=set)
    _bodies: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def sent(self, sending: Sending) -> Sending:
        """A message was sent."""
        self.sendings.append(sending)
        history = self.histories[sending.tenant]
        if self._bodies.setdefault((sending.tenant, sending.message_id), sending.body) != sending.body:
            history.reused.add(sending.message_id)
        history.confirmed(sending.as_sent())
        return sending

    def answered(self, sending: Sending, reply: Body, tenant: str = SHOP) -> None:
        """A reply arrived at a tenant's queue; a second one for the same message is kept too, but not counted."""
        self.histories[tenant].replied(reply, sending.message_id)
        sending.replies.append(reply)
        if len(sending.replies) > 1:
            return
        now = time.monotonic()
        sending.seconds = now - sending.sent_at
        self.seconds.append(sending.seconds)
        self.answered_in[int(now - self.began)] += 1
        self.outcomes["refused" if refused(reply) else reply["status"]] += 1
        if refused(reply):
            self.refusals[reply["error"]["code"]] += 1

    def set_aside(self, sending: Sending, code: str) -> None:
        """A message was parked."""
        self.histories[sending.tenant].set_aside(sending.message_id, code)
        sending.parked = code
        self.outcomes["parked"] += 1
        self.refusals[code] += 1

    def happened(self, tenant: str, event_id: str, body: bytes) -> None:
        """An event arrived at a tenant's queue."""
        history = self.histories[tenant]
        history.heard(event_id, body)
        event = history.events[-1].fields
        if event_id in self._event_ids:
            self.repeated_events += 1
            return
        self._event_ids.add(event_id)
        self.heard[event["type"]] += 1
        if event["type"] == "cart-updated" and tenant == SHOP:
            self.announced[event["cartId"]] = max(event["version"], self.announced.get(event["cartId"], 0))

    @property
    def pending(self) -> list[Sending]:
        """Messages without an outcome yet."""
        return [each for each in self.sendings if each.outcome is None]

    def percentile(self, share: float) -> float:
        """The reply time, in milliseconds, that this share (0 to 1) of all replies did not exceed."""
        if not self.seconds:
            return 0.0
        return sorted(self.seconds)[min(int(share * len(self.seconds)), len(self.seconds) - 1)] * 1000
