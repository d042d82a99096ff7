"""What is stored: carts with their outboxes, journal entries, catalog revisions, runs of workers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, NamedTuple

from cartwright.wire.command import AnyCommand
from cartwright.wire.replies import Status
from cartwright.wire.status import CartStatus
from facts.snapshot import CatalogRows
from models.cart.cart import Cart, Memo
from models.cart.forms import Document
from models.changes.follow_up import FollowUp
from models.changes.priced_patch import PricedPatch
from models.value import value

ALIVE = timedelta(seconds=3)
"""Workers record themselves every second; one that has not done so for this long counts as dead."""
DELETED_LIFE = timedelta(days=7)
"""How long a deleted cart stays as it was answered; after that a tombstone is left of it."""


class CartKey(NamedTuple):
    """A cart's identity: tenants never share one."""

    tenant: str
    cart_id: str


class CartVersion(NamedTuple):
    """A cart at a version."""

    key: CartKey
    version: int


class LiveKey(NamedTuple):
    """A key that belongs to one open cart of its tenant, as `models.cart.keys` writes it."""

    tenant: str
    text: str


class CommandKey(NamedTuple):
    """A command's identity (guarantee G2): its message id within its tenant.

    What a job does to a cart is `by_job`: such ids are apart from those of messages.
    """

    tenant: str
    command_id: str
    by_job: bool = False

    @classmethod
    def of(cls, command: AnyCommand) -> "CommandKey | None":
        """That of a command, if it has an id."""
        return cls(command.tenant, command.id, command.job_id is not None) if command.id is not None else None


@value(frozen=True, slots=True)
class Entry:
    """One applied command as the journal keeps it: enough to fold the cart, to publish its events, to answer again.

    `changes` and `price_changes` are as on the wire; `priced` is what pricing wrote; `follow_ups` are commands about
    other carts that follow from it; `job_id` is the job that gave the command; `told` is what else its answer says. An
    entry of status `unchanged` has no version of its own and only records the command. `token` distinguishes the
    delivery that made it from other copies of the command; it is empty in entries stored before there were tokens.
    `traceparent` has whoever hears of it go on with the command's trace, if that was traced.
    """

    tenant: str
    cart_id: str
    command_id: str
    body_hash: bytes
    kind: str
    status: Status
    version: int
    at: datetime
    actor: str | None
    reason: str | None
    currency: str
    changes: list[Document]
    price_changes: list[Document]
    priced: PricedPatch
    follow_ups: tuple[FollowUp, ...] = ()
    job_id: str | None = None
    token: bytes = b""
    told: Document = field(default_factory=dict)
    traceparent: str | None = None
    memo: Memo = field(default_factory=dict, init=False, repr=False, compare=False)
    """What only this process knows of the entry: its encoding, and whether it is settled."""

    def settle(self) -> None:
        """Take note that the entry is published and in the journal; whatever the cart's outbox holds, it is done."""
        self.memo["settled"] = True

    @property
    def settled(self) -> bool:
        """Whether this process knows that the entry is published and in the journal."""
        return "settled" in self.memo

    @property
    def key(self) -> CommandKey:
        """The command that made the entry."""
        return CommandKey(self.tenant, self.command_id, self.job_id is not None)

    @property
    def cart_key(self) -> CartKey:
        """The cart that the entry is about."""
        return CartKey(self.tenant, self.cart_id)


class CommitStamp(NamedTuple):
    """Which worker run wrote a cart, in which of its groups. Groups settle in any order."""

    run: str
    group: int


@value(frozen=True, slots=True)
class StoredCart:
    """A cart as stored, with the entries that its last writer had not yet seen published and journaled.

    `given_up` are keys that it has although they belong to another cart: both were stored before keys belonged to
    anybody. `idles`: it expires when nobody changes it. These two are for whoever writes it; nobody reads them.
    `purged`: only a tombstone is left of a deleted cart.
    """

    cart: Cart
    stamp: CommitStamp
    outbox: tuple[Entry, ...] = ()
    given_up: frozenset[str] = field(default=frozenset(), compare=False)
    idles: bool = field(default=False, compare=False)
    purged: bool = False

    @property
    def key(self) -> CartKey:
        """The cart's identity."""
        return CartKey(self.cart.tenant, self.cart.id)

    @property
    def purge_at(self) -> datetime | None:
        """When a deleted cart is to be purged; none for any other, and for one that is purged."""
        deleted = self.cart.status is CartStatus.DELETED and not self.purged
        return self.cart.updated.at + DELETED_LIFE if deleted else None


@value(frozen=True, slots=True)
class CartWrite:
    """One compare-and-set: replace the cart at `expected_version` (0: there is none yet).

    A command that changes nothing is committed too, and keeps the version. So the stored cart's stamp must match too,
    if `expected_stamp` is given.
    """

    expected_version: int
    stored: StoredCart
    expected_stamp: CommitStamp | None = None


class WriteResult(StrEnum):
    """The result of one compare-and-set."""

    COMMITTED = "committed"
    CONFLICT = "conflict"
    KEY_TAKEN = "key-taken"
    TOO_LARGE = "too-large"


@dataclass(frozen=True, slots=True)
class Revision:
    """One change of a tenant's catalog; revisions count from 1 without a gap."""

    tenant: str
    revision: int
    at: datetime
    command_id: str
    body_hash: bytes
    rows: CatalogRows
    token: bytes = b""
    status: ClassVar[Status] = "applied"


@dataclass(frozen=True, slots=True)
class Concerning:
    """Which rows of revisions are wanted: offerings with these ids, prices of theirs or with ids of their own, and all
    rows of some kinds.
    """

    offering_ids: frozenset[str]
    price_ids: frozenset[str] = frozenset()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A catalog command that found nothing to change at that revision: only the command is recorded."""

    tenant: str
    revision: int
    at: datetime
    command_id: str
    body_hash: bytes
    token: bytes = b""
    status: ClassVar[Status] = "unchanged"


@dataclass(frozen=True, slots=True)
class CatalogSnapshot:
    """All rows of a tenant's catalog at a revision; `since` is the revision that brought each, by kind and id.

    `left` is what `Facts.left` is.
    """

    tenant: str
    revision: int
    rows: CatalogRows
    since: Mapping[str, Mapping[str, int]]
    left: Mapping[str, int] = field(default_factory=dict)


REVISIONS_AT_ONCE = 25
"""The most revisions in a briefing; a caller that gets this many asks the catalog for the rest."""

CatalogRecord = Revision | Unchanged
"""The record that a catalog command leaves; never more than one."""


@dataclass(frozen=True, slots=True)
class Briefing:
    """The carts that exist, the entries of commands that were executed before, and newer catalog revisions, in order.

    It holds the first `REVISIONS_AT_ONCE` revisions: there are more only after a start or a long idle time.
    """

    carts: dict[CartKey, StoredCart]
    entries: dict[CommandKey, Entry]
    revisions: list[Revision]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a worker, as it last recorded itself.

    All its groups up to `settled` are published and journaled, except the `abandoned` ones, whose commit outcome it
    never learned. `closed`: it has nothing left to settle, and was closed at `seen_at`. `waiting` counts the commands
    that it has not finished, `finished` those that it has finished since its start. `layout` is the revision of the
    layout of partitions that it goes by.
    """

    id: str
    settled: int
    abandoned: tuple[int, ...]
    seen_at: datetime
    closed: bool = False
    partitions: tuple[int, ...] = ()
    waiting: int = 0
    finished: int = 0
    layout: int = 0

    def lives(self, since: datetime) -> bool:
        """Whether the worker counts as alive: its run is not closed, and was seen after this time."""
        return not self.closed and self.seen_at > since


class StorageUnavailable(Exception):  # noqa: N818 (a state, not a mistake)
    """The database did not answer in time; the operation may or may not have happened."""


class StorageRefused(Exception):  # noqa: N818 (a state, not a mistake)
    """The database knows us not, or does not let us do what was asked; it says nothing of the data."""


class NewerData(StorageUnavailable):
    """A later release has stored this document in a form that this one can't read; nothing happened.

    `version` is the form's, `readable` the latest that this release reads.
    """

    def __init__(self, name: str, version: int, readable: int) -> None:
        super().__init__(
            f"a later release has stored a {name} in form {version}; this worker reads forms up to {readable}"
        )
        self.name = name
        self.version = version
        self.readable = readable
