"""Executes a group of what was taken from lanes, each kind of lane in its way."""

import asyncio
from collections.abc import Mapping, Sequence

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

    def published(self, stamp: CommitStamp) -> None:
        """Take note that everything a group committed is published."""
        self._carts.published(stamp)

    async def run(self, group: list[Taken], stamp: CommitStamp) -> tuple[list[Entry], list[Answered]]:
        """Execute; what fails for a reason of its own fails alone."""
        try:
            return await self._run(group, stamp)
        except NewerData as newer:
            if len(group) == 1:
                _log.error("stored_by_later_release", lane=group[0].lane.kind, reason=str(newer))
                return [], _refused(group[0].works, _too_new(newer))
        except StorageUnavailable:
            raise
        except Exception:  # noqa: BLE001 (a bug met by one lane must not take the others with it)
            if len(group) == 1:
                _log.exception("lane_failed", lane=group[0].lane.kind)
                return [], _refused(group[0].works, failed())
        inherited: list[Entry] = []
        answers: list[Answered] = []
        for taken in group:
            own_inherited, own_answers = await self.run([taken], stamp)
            inherited += own_inherited
            answers += own_answers
        return inherited, answers

    async def _run(self, group: Sequence[Taken], stamp: CommitStamp) -> tuple[list[Entry], list[Answered]]:
        answers: list[Answered] = []
        for taken in group:
            if taken.lane.kind == CATALOG:
                answers += await self._catalogs.run(taken.lane.tenant, taken.works)
            elif taken.lane.kind == JOB:
                answers += await self._jobs.run(JobKey(taken.lane.tenant, taken.lane.subject), taken.works)
            elif taken.lane.kind == LOOKUP:
                answers += await self._look_up(taken.works[0], stamp)
            elif taken.lane.kind == SEARCH:
                answers += await self._search(taken.works[0], stamp)
            elif taken.lane.kind == STAGED:
                answers += await self._run_staged(taken.works, stamp)
        carts = {
            CartKey(taken.lane.tenant, taken.lane.subject): taken.works for taken in group if taken.lane.kind == CART
        }
        keyed = [taken.works for taken in group if taken.lane.kind == KEY]
        folds: list[CartFold] = []
        if keyed:
            folds = await self._run_keyed(keyed, carts, answers, stamp)
        elif carts:
            folds = await self._carts.run(carts, stamp)
        answers += [answer for each in folds for answer in each.answers]
        return [entry for each in folds for entry in each.inherited], answers

    async def _run_keyed(
        self,
        keyed: Sequence[Sequence[Work]],
        carts: Mapping[CartKey, list[Work]],
        answers: list[Answered],
        stamp: CommitStamp,
    ) -> list[CartFold]:
        """Execute commands about carts, and those that name theirs by a key; `answers` gets those about no cart."""
        done: list[CartFold] = []
        for attempt in range(ATTEMPTS):
            located = Located({key: list(works) for key, works in carts.items()} if attempt == 0 else {})
            await asyncio.gather(*(self._keyed.locate(works, located) for works in keyed))
            answers += located.answers
            folds = await self._carts.run(located.works, stamp) if located.works else []
            late = lost(folds, located.opening) if attempt < ATTEMPTS - 1 else {}
            done += folds
            if not late:
                break
            keyed = list(late.values())
        return done

    async def _run_staged(self, works: Sequence[Work], stamp: CommitStamp) -> list[Answered]:
        """Execute calls that bring rows of the catalog before their cart, one after the other."""
        answers: list[Answered] = []
        for work in works:
            answered = await self._staged.prepare(work)
            if answered is not None:
                answers.append(answered)
            else:
                answers += await self._alone(CartKey(work.command.tenant, work.command.cart_id), work, stamp)
        return answers

    async def _look_up(self, work: Work, stamp: CommitStamp) -> list[Answered]:
        """Answer a query whose cart is named by a key; it needs no lane, for it writes nothing."""
        key = await self._briefer.named(work)
        if key is None:
            return [leads_nowhere(work)]
        return await self._alone(key, work, stamp)

    async def _search(self, work: Work, stamp: CommitStamp) -> list[Answered]:
        """Answer a query about all carts of a tenant; it is asked of a cart that does not exist."""
        return await self._alone(CartKey(work.command.tenant, work.command.cart_id), work, stamp)

    async def _alone(self, key: CartKey, work: Work, stamp: CommitStamp) -> list[Answered]:
        folds = await self._carts.run({key: [work]}, stamp)
        return [answer for each in folds for answer in each.answers]


def _refused(works: Sequence[Work], refusal: Refusal) -> list[Answered]:
    return [Answered(work, work.refused(refusal)) for work in works]


def _too_new(newer: NewerData) -> Refusal:
    """Nothing was written, and a worker of the later release can execute the command."""
    details = {"stored": newer.name, "form": newer.version, "readable": newer.readable}
    return Refusal(ErrorCode.TEMPORARILY_UNAVAILABLE, f"Try again: {newer}.", details=details)
