"""Executes a group of what was taken from lanes, each kind of lane in its way."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import structlog

from cartwright.wire.refusals import ErrorCode, Refusal
from storage.jobs import JobKey
from storage.records import CartKey, CommitStamp, Entry, NewerData, StorageUnavailable
from workers.consume.lanes import Taken
from workers.consume.work import CART, CATALOG, JOB, KEY, LOOKUP, SEARCH, STAGED, Answered, Work
from workers.execute.briefing import Briefer
from workers.execute.cart_groups import CartFold, CartGroups
from workers.execute.catalog_groups import CatalogGroups
from workers.execute.fold import failed
from workers.execute.job_groups import JobGroups
from workers.execute.keyed import ATTEMPTS, KeyedCarts, Located, leads_nowhere, lost
from workers.execute.staged import StagedCalls

Executed = tuple[list[Entry], list[Answered]]
"""What the carts had that may not be published yet, and the answers."""
_log = structlog.get_logger(__name__)


class GroupExecutor:
    """Carts in one group commit, catalogs one after the other, queries by key as plain reads."""

    def __init__(
        self,
        carts: CartGroups,
        catalogs: CatalogGroups,
        jobs: JobGroups,
        briefer: Briefer,
        staged: StagedCalls,
    ) -> None:
        self._carts = carts
        self._catalogs = catalogs
        self._jobs = jobs
        self._briefer = briefer
        self._keyed = KeyedCarts(briefer)
        self._staged = staged
        self._by_kind: Mapping[str, Callable[[Taken, CommitStamp], Awaitable[Executed]]] = {
            CATALOG: self._run_catalog,
            JOB: self._run_job,
            LOOKUP: self._look_up,
            SEARCH: self._search,
            STAGED: self._run_staged,
        }

    def published(self, stamp: CommitStamp) -> None:
        """Take note that everything a group committed is published."""
        self._carts.published(stamp)

    async def run(self, group: Sequence[Taken], stamp: CommitStamp) -> Executed:
        """Execute; what fails for a reason of its own fails alone.

        So a group that fails is executed again in its parts. What it committed before it failed is found by its id, and
        answered as what it is: this delivery's own.
        """
        try:
            return await self._run(group, stamp)
        except NewerData as newer:
            failure: Exception = newer
        except StorageUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 (a bug met by one command must not take the others with it)
            failure = error
        parts = _parts(group)
        if len(parts) == 1:
            return [], _refused(group[0].works, _reason(failure, group[0]))
        return _together([await self.run([part], stamp) for part in parts])

    async def _run(self, group: Sequence[Taken], stamp: CommitStamp) -> Executed:
        done: list[Executed] = []
        carts: dict[CartKey, list[Work]] = {}
        keyed: list[list[Work]] = []
        for taken in group:
            if taken.lane.kind == CART:
                carts[CartKey(taken.lane.tenant, taken.lane.subject)] = taken.works
            elif taken.lane.kind == KEY:
                keyed.append(taken.works)
            else:
                done.append(await self._by_kind[taken.lane.kind](taken, stamp))
        if keyed:
            done.append(await self._run_keyed(keyed, carts, stamp))
        elif carts:
            done.append(_told(await self._carts.run(carts, stamp)))
        return _together(done)

    async def _run_catalog(self, taken: Taken, _stamp: CommitStamp) -> Executed:
        return [], await self._catalogs.run(taken.lane.tenant, taken.works)

    async def _run_job(self, taken: Taken, _stamp: CommitStamp) -> Executed:
        return [], await self._jobs.run(JobKey(taken.lane.tenant, taken.lane.subject), taken.works)

    async def _run_keyed(
        self, keyed: Sequence[Sequence[Work]], carts: Mapping[CartKey, list[Work]], stamp: CommitStamp
    ) -> Executed:
        """Execute commands about carts, and those that name theirs by a key."""
        done: list[Executed] = []
        for attempt in range(ATTEMPTS):
            located = Located({key: list(works) for key, works in carts.items()} if attempt == 0 else {})
            await asyncio.gather(*(self._keyed.locate(works, located) for works in keyed))
            folds = await self._carts.run(located.works, stamp) if located.works else []
            late = lost(folds, located.opening) if attempt < ATTEMPTS - 1 else {}
            done += [([], located.answers), _told(folds)]
            if not late:
                break
            keyed = list(late.values())
        return _together(done)

    async def _run_staged(self, taken: Taken, stamp: CommitStamp) -> Executed:
        """Execute calls that bring rows of the catalog before their cart, one after the other."""
        done: list[Executed] = []
        for work in taken.works:
            answered = await self._staged.prepare(work)
            done.append(([], [answered]) if answered is not None else await self._alone(work, stamp))
        return _together(done)

    async def _look_up(self, taken: Taken, stamp: CommitStamp) -> Executed:
        """Answer a query whose cart is named by a key; it needs no lane, for it writes nothing."""
        [work] = taken.works
        key = await self._briefer.named(work)
        return _told(await self._carts.run({key: [work]}, stamp)) if key is not None else ([], [leads_nowhere(work)])

    async def _search(self, taken: Taken, stamp: CommitStamp) -> Executed:
        """Answer a query about all carts of a tenant; it is asked of a cart that does not exist."""
        return await self._alone(taken.works[0], stamp)

    async def _alone(self, work: Work, stamp: CommitStamp) -> Executed:
        return _told(await self._carts.run({CartKey(work.command.tenant, work.command.cart_id): [work]}, stamp))


def _parts(group: Sequence[Taken]) -> Sequence[Taken]:
    """What a group can be executed in: lane by lane, and a lane of several commands one after the other."""
    if len(group) > 1:
        return group
    [taken] = group
    return [replace(taken, works=[work]) for work in taken.works]


def _told(folds: Iterable[CartFold]) -> Executed:
    return [entry for each in folds for entry in each.inherited], [answer for each in folds for answer in each.answers]


def _together(done: Iterable[Executed]) -> Executed:
    return [entry for inherited, _ in done for entry in inherited], [each for _, answers in done for each in answers]


def _refused(works: Sequence[Work], refusal: Refusal) -> list[Answered]:
    return [Answered(work, work.refused(refusal)) for work in works]


def _reason(failure: Exception, taken: Taken) -> Refusal:
    """Why what can't be parted any more is refused; nothing of it is written."""
    if isinstance(failure, NewerData):
        _log.error("stored_by_later_release", lane=taken.lane.kind, reason=str(failure))
        details = {"stored": failure.name, "form": failure.version, "readable": failure.readable}
        return Refusal(ErrorCode.TEMPORARILY_UNAVAILABLE, f"Try again: {failure}.", details=details)
    _log.error("lane_failed", lane=taken.lane.kind, exc_info=failure)
    return failed()
