"""What a catalog said of offerings earlier, for what depends on more than one state of it: prior prices.

A worker reads it only when pricing says that it wants it (`HistoryWanted`), and then executes the command again. So
commands that need none of it read nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from facts.rows import Row


@dataclass(frozen=True, slots=True)
class DatedRows:
    """Rows by kind that a revision brought at a time."""

    revision: int
    at: datetime
    rows: Mapping[str, tuple[Row, ...]]


@dataclass(frozen=True, slots=True)
class OfferingHistory:
    """All rows that what an offering costs by itself has depended on, in the order of their revisions.

    They are complete up to the revision `until`, and from the time `since` on: the first of `dated` holds what was in
    force at that time. None: from the catalog's first revision on.
    """

    since: datetime | None
    until: int
    dated: tuple[DatedRows, ...] = ()
    memo: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
    """What pricing has worked out of these rows, which never change."""

    def reaches(self, time: datetime) -> bool:
        """Whether it says what was in force from this time on."""
        return self.since is None or self.since <= time

    def missing(self, revision: int) -> bool:
        """Whether it begins with a later revision than this one."""
        return self.since is not None and self.dated[0].revision > revision


@dataclass(frozen=True, slots=True)
class CatalogHistory:
    """The histories of some offerings of one tenant, by their ids."""

    offerings: Mapping[str, OfferingHistory] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, offering_id: str, revision: int) -> OfferingHistory | None:
        """What an offering was up to a revision; None if that has not been read."""
        found = self.offerings.get(offering_id)
        return found if found is not None and found.until >= revision else None


UNREAD = CatalogHistory()
"""Of a catalog whose history can be read, and nobody wanted any of it yet."""


class HistoryWanted(Exception):  # noqa: N818 (a need, not a mistake)
    """Pricing can't go on without the histories of these offerings, from a time on, up to the facts' revision.

    Or it has them, and there is so much in them that others should have their turn meanwhile: then `steps` is what is
    to be done, a few milliseconds a step. What comes of it is remembered with the history.
    """

    def __init__(self, offering_ids: Iterable[str], since: datetime, steps: Iterable[None] = ()) -> None:
        super().__init__()
        self.offering_ids = frozenset(offering_ids)
        self.since = since
        self.steps = steps
