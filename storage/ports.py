"""The interfaces of storage. A call is one round trip unless it says otherwise; each may raise `StorageUnavailable`.

Those of budgets and jobs stand beside what these store, in `budgets` and `jobs`.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from models.cart.brief import CartBrief
from models.cart.cart import Cart
from models.catalog.configuration import Configuration
from queries.search import CartElement, CartSearch, ElementSearch, Found, ValueCount, ValueSearch
from storage.budgets import Budgets
from storage.jobs import Jobs
from storage.layout import Layout
from storage.records import (
    Briefing,
    CartKey,
    CartVersion,
    CartWrite,
    CatalogRecord,
    CatalogSnapshot,
    CommandKey,
    Concerning,
    Entry,
    LiveKey,
    Revision,
    Run,
    StoredCart,
    WriteResult,
)


class Carts(Protocol):
    """Carts by key, written by compare-and-set on the version."""

    async def load(self, keys: Collection[CartKey]) -> dict[CartKey, StoredCart]:
        """The carts that exist, deleted ones (tombstones) included."""

    async def briefs(self, keys: Collection[CartKey]) -> dict[CartKey, CartBrief]:
        """Briefs of the carts that exist, of deleted ones (tombstones) too."""

    async def commit(self, writes: Sequence[CartWrite]) -> list[WriteResult]:
        """Write all carts in one unordered bulk; one result per write, in order. One failure fails no other."""

    async def with_key(self, tenant: str, name: str, value: str) -> list[CartKey]:
        """Carts that carry this key, those created last first, at most ten; deleted carts have no keys.

        Of a key that belongs to one open cart only that cart, if there is one.
        """

    async def holders(self, keys: Collection[LiveKey]) -> dict[LiveKey, set[CartKey]]:
        """The open carts that have these keys; a key that none has is left out."""

    async def due(self, time: datetime, limit: int) -> list[CartVersion]:
        """Carts that should have expired by that time, the earliest first; locked ones are left out."""

    async def idle(self, tenant: str, since: datetime, limit: int) -> list[CartVersion]:
        """Carts that expire when nobody changes them, and that nobody has changed or kept locked since then."""

    async def let_idle(self, tenant: str) -> None:
        """See to it that all carts of the tenant expire when nobody changes them."""

    async def of_tenant(self, tenant: str, after: str, limit: int) -> list[StoredCart]:
        """So many carts of a tenant in the order of their ids, tombstones included, from the one after this id on."""

    async def to_purge(self, by: datetime, limit: int) -> list[StoredCart]:
        """Deleted carts that are to be purged by that time, the earliest first, at most `limit`."""

    async def unpublished(self, run: Run, before: datetime, limit: int) -> list[StoredCart]:
        """Carts that a run wrote before that time in a group that it has not settled, in group order."""


class Journal(Protocol):
    """Every applied command, until it is archived."""

    async def lookup(self, keys: Collection[CommandKey]) -> dict[CommandKey, Entry]:
        """The entries of those commands that were applied."""

    async def append(self, entries: Sequence[Entry]) -> None:
        """Add entries; one that is there already stays as it is."""

    async def history(
        self, key: CartKey, after_version: int = 0, until: int | None = None, limit: int | None = None
    ) -> list[Entry]:
        """A cart's entries that have a version of their own, after one version and up to another, in order.

        With a limit it is the first so many of them.
        """

    async def made_between(self, after: datetime, before: datetime, limit: int) -> list[tuple[CartKey, datetime]]:
        """The carts and times of the first so many entries made between two times, both exclusive, in order of time."""

    async def remove(self, key: CartKey, until: int, before: datetime) -> None:
        """Remove a cart's entries up to a version that were made before that time."""


class Archive(Protocol):
    """Carts at the last version whose history is archived: there their journals begin."""

    async def load(self, keys: Collection[CartKey]) -> dict[CartKey, Cart]:
        """The archived carts, where there are such."""

    async def keep(self, cart: Cart) -> None:
        """Keep a cart as the beginning of its journal; one at a later version stays."""


class Catalog(Protocol):
    """The revisions of every tenant's catalog, the commands about it, and snapshots from which it is rebuilt."""

    async def since(self, known: Mapping[str, int]) -> list[Revision]:
        """All revisions later than the known one of each tenant named, in order."""

    async def append(self, record: CatalogRecord) -> bool:
        """Add a command's record; False if another revision took its number, or its command is there already."""

    async def of_commands(self, keys: Collection[CommandKey]) -> dict[CommandKey, CatalogRecord]:
        """What these commands left behind, where they did."""

    async def configurations(self) -> dict[str, Configuration]:
        """The configuration of every tenant that has one."""

    async def between(self, tenant: str, after: int, until: int) -> list[Revision]:
        """The revisions after one and up to another, in order."""

    async def concerning(self, tenant: str, after: int, until: int, wanted: Concerning) -> list[Revision]:
        """The revisions after one and up to another, in order, with the wanted rows only; none without any of them."""

    async def revision_at(self, tenant: str, at: datetime) -> int:
        """The last revision that was made by that time; 0 if there was none."""

    async def snapshot(self, tenant: str, until: int) -> CatalogSnapshot | None:
        """The latest snapshot that was kept of a revision up to this one."""

    async def keep(self, snapshot: CatalogSnapshot) -> None:
        """Keep a snapshot. Every catalog can be rebuilt without any; with one it takes less time."""


class Briefings(Protocol):
    """What a group must know before it is executed: of its carts, of the journal, and of the catalog."""

    async def fetch(
        self, carts: Collection[CartKey], commands: Collection[CommandKey], revisions: Mapping[str, int]
    ) -> Briefing:
        """`Carts.load`, then `Journal.lookup`, and the first of `Catalog.since`, in one."""


class Searches(Protocol):
    """Carts by what is in them; deleted ones are never found. What is counted and shown is a round trip each."""

    async def carts(self, tenant: str, search: CartSearch) -> Found[Cart]:
        """Carts in an order."""

    async def values(self, tenant: str, search: ValueSearch) -> Found[ValueCount]:
        """The values of a field, each with the number of carts that have it."""

    async def elements(self, tenant: str, search: ElementSearch) -> Found[CartElement]:
        """The elements of a list of carts."""


class Runs(Protocol):
    """The runs of workers."""

    async def record(self, run: Run) -> None:
        """Write a run's state."""

    async def current(self, closed_since: datetime) -> list[Run]:
        """The runs that are not closed, and those that were closed since that time."""

    async def time(self) -> datetime:
        """The time by the database's clock, which is the same one for all workers."""

    async def caught_up(self) -> None:
        """Wait until every write that the database took before shows in reads, whether or not it was acknowledged."""


class Layouts(Protocol):
    """The layouts of partitions, by the prefix of AMQP names."""

    async def read(self, prefix: str) -> Layout | None:
        """The layout; none if none was ever written."""

    async def write(self, prefix: str, layout: Layout) -> bool:
        """Write it if the stored one is the revision before it (none before the first); whether that was so."""


class Secrets(Protocol):
    """Secrets that all workers share and that nobody gave them."""

    async def keep(self, name: str, proposed: bytes) -> bytes:
        """The secret of this name; the proposed one, if there was none. Whoever asks gets the same."""


class Store(Protocol):
    """A whole store."""

    @property
    def searches(self) -> Searches:
        """Searches of carts."""

    @property
    def carts(self) -> Carts:
        """Carts."""

    @property
    def journal(self) -> Journal:
        """The journal."""

    @property
    def archive(self) -> Archive:
        """The archive."""

    @property
    def catalog(self) -> Catalog:
        """Catalogs."""

    @property
    def briefings(self) -> Briefings:
        """Carts, journal and catalogs at once."""

    @property
    def runs(self) -> Runs:
        """Worker runs."""

    @property
    def layouts(self) -> Layouts:
        """Layouts of partitions."""

    @property
    def budgets(self) -> Budgets:
        """Budgets."""

    @property
    def jobs(self) -> Jobs:
        """Jobs."""

    @property
    def secrets(self) -> Secrets:
        """Secrets."""

    async def prepare(self) -> None:
        """Create what is missing (indexes); idempotent."""

    async def close(self) -> None:
        """Let go of all connections."""
