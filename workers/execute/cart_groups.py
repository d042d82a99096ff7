"""A group: what is ready in several lanes at the same moment, executed together and saved with one write."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from time import perf_counter

from cartwright.wire.refusals import ErrorCode, Refusal
from facts.history import HistoryWanted
from models.answers.answer import Refused
from storage.ports import Carts
from storage.records import (
    CartKey,
    CommandKey,
    CommitStamp,
    Entry,
    StorageUnavailable,
    StoredCart,
    WriteResult,
)
from workers.clock import Clock
from workers.consume.spans import UNTRACED, Spans
from workers.consume.work import Answered, Work
from workers.execute.briefing import Briefer
from workers.execute.cart_cache import CartCache
from workers.execute.cart_subject import CartSubject
from workers.execute.fold import MAX_REFOLDS, fold
from workers.execute.key_claims import KeyClaims
from workers.execute.offering_histories import ReadHistories
from workers.execute.read_back import commit_for_certain
from workers.execute.reservations import NO_LIMITS, Reservations
from workers.metrics.histogram import Histogram


@dataclass(slots=True)
class CartFold:
    """One cart's part of a group: its commands, the cart in memory, the answers."""

    key: CartKey
    works: list[Work]
    from_cache: bool
    inherited: tuple[Entry, ...]
    subject: CartSubject
    answers: list[Answered]
    too_large: bool = False
    contested: bool = False
    """Whether the store has refused it for a key that belongs to another cart."""


@dataclass(frozen=True, slots=True)
class Again:
    """What an attempt has found out about the carts that must be folded again: for the next one.

    `contested` are carts that the store has refused for a key; `kept` are the entries of those carts that are done.
    """

    contested: Set[CartKey] = frozenset()
    kept: Mapping[CommandKey, Entry] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The commands of a group, and those of their carts that exist."""

    group: CommitStamp
    works: Mapping[CartKey, list[Work]]
    carts: Mapping[CartKey, StoredCart]
    from_cache: Set[CartKey]
    again: Again


class CartGroups:
    """Executes groups of cart commands: load, fold, commit; what conflicts is loaded and folded again.

    `decide_seconds` is how long the commands of a cart took to be decided and priced, `commit_seconds` how long
    commands have waited for the write of their group.
    """

    def __init__(
        self, carts: Carts, briefer: Briefer, reservations: Reservations, cache: CartCache, clock: Clock
    ) -> None:
        self._carts = carts
        self._briefer = briefer
        self._reservations = reservations
        self._claims = KeyClaims(carts)
        self._cache = cache
        self._clock = clock
        self.decide_seconds = Histogram()
        self.commit_seconds = Histogram()
        self.spans: Spans = UNTRACED

    async def run(self, commands: Mapping[CartKey, list[Work]], stamp: CommitStamp) -> list[CartFold]:
        """The folds that hold, one per cart; raises `StorageUnavailable` if the outcome is not known."""
        done: list[CartFold] = []
        pending = commands
        again = Again()
        for attempt in range(MAX_REFOLDS):
            folds = await self._fold(stamp, pending, again, use_cache=attempt == 0)
            unsure = await self._commit(folds, stamp)
            for each in folds:
                if each.too_large and len(each.works) > 1:
                    done += await self._one_by_one(each, stamp)
                elif each.key not in unsure:
                    done.append(each)
            pending = {each.key: each.works for each in folds if each.key in unsure}
            again = Again(
                {each.key for each in folds if each.contested},
                {entry.key: entry for each in done if not each.too_large for entry in each.subject.new},
            )
            if not pending:
                return done
        raise StorageUnavailable("carts kept changing under the worker")

    async def _one_by_one(self, failed: CartFold, stamp: CommitStamp) -> list[CartFold]:
        """Execute the commands of a cart that became too large singly: those that still fit are applied."""
        return [each for work in failed.works for each in await self.run({failed.key: [work]}, stamp)]

    def published(self, stamp: CommitStamp) -> None:
        """Take note that everything a group committed is published."""
        self._cache.published(stamp)

    async def _fold(
        self, stamp: CommitStamp, pending: Mapping[CartKey, list[Work]], again: Again, *, use_cache: bool
    ) -> list[CartFold]:
        # What only reads is answered from the database: no write would prove a cached copy current.
        cacheable = [key for key, works in pending.items() if use_cache and not all(map(_past_cache, works))]
        cached = {key: stored for key in cacheable if (stored := self._cache.get(key))}
        missing = [key for key in pending if key not in cached]
        asking = self._briefer.news(pending, missing)
        if missing:
            news = await asking
            return await self._folds(Loaded(stamp, pending, {**news.carts, **cached}, set(cached), again), news.entries)
        # There hardly ever is news; so the group is folded as if there were none while that is being found out.
        loaded = Loaded(stamp, pending, cached, set(cached), again)
        news, folds = await asyncio.gather(asking, self._folds(loaded, {}))
        return folds if news.empty else await self._folds(loaded, news.entries)

    async def _folds(self, loaded: Loaded, remembered: Mapping[CommandKey, Entry]) -> list[CartFold]:
        await asyncio.sleep(0)  # what was asked before must be under way
        room = await self._reservations.room(loaded.works, loaded.carts)
        time = self._clock()
        kept = dict(loaded.again.kept)

        async def folded(key: CartKey, taken: frozenset[str] = frozenset()) -> CartFold:
            works, stored = loaded.works[key], loaded.carts.get(key)
            inherited = self._briefer.inherited(stored, loaded.group)
            others = _of_other_carts(kept, key, works)
            known = {**remembered, **others} if others else remembered
            limits = room.get(key, NO_LIMITS)
            past: ReadHistories = {}
            while True:
                subject = await self._briefer.subject(works, stored, known, limits, taken, past)
                began = perf_counter()
                try:
                    answers = fold(subject, works, time)
                except HistoryWanted as wanted:
                    past |= await self._briefer.read_history(key.tenant, wanted)
                    continue
                # Some commands find out only when they are executed whose budgets count.
                overlooked = self._reservations.overlooked(key.tenant, subject.customers, limits)
                if overlooked:
                    found = await self._reservations.room({key: works}, loaded.carts, limits.customers | overlooked)
                    limits = found.get(key, NO_LIMITS)
                    continue
                self.decide_seconds.observe(perf_counter() - began, len(works))
                self.spans.stage("decide", works, began)
                kept.update((entry.key, entry) for entry in subject.new)
                return CartFold(key, works, key in loaded.from_cache, inherited, subject, answers)

        folds = [await folded(key) for key in loaded.works]
        taken = await self._claims.taken({each.key: each.subject for each in folds}, loaded.again.contested)
        return [await folded(each.key, taken[each.key]) if each.key in taken else each for each in folds]

    async def _commit(self, folds: Sequence[CartFold], stamp: CommitStamp) -> set[CartKey]:
        """Write what has new entries; return the carts whose answers do not hold and must be found again.

        An outcome without changes is written as well: so of two workers on one command, one decides its outcome.
        """
        changed = [each for each in folds if each.subject.new]
        # What was answered from a copy that no write has proved current may be out of date.
        unsure = {each.key for each in folds if each.from_cache and not each.subject.new}
        for key in unsure:
            self._cache.drop(key)
        if not changed:
            return unsure
        claim, denied = await self._reservations.claim({each.key: each.subject for each in changed})
        # Who came too late for a budget is folded again, and then knows.
        unsure |= denied
        changed = [each for each in changed if each.key not in denied]
        writes = [each.subject.to_write(stamp) for each in changed]
        for each in changed:
            self._cache.drop(each.key)
        began = perf_counter()
        results = await commit_for_certain(self._carts, writes)
        self.commit_seconds.observe(perf_counter() - began, sum(len(each.works) for each in changed))
        self.spans.stage("commit", (work for each in changed for work in each.works), began)
        for each, write, result in zip(changed, writes, results, strict=True):
            if result is WriteResult.COMMITTED:
                if not all(work.of_job for work in each.works):
                    self._cache.put(write.stored)
            elif result is not WriteResult.TOO_LARGE:
                unsure.add(each.key)
                each.contested = result is WriteResult.KEY_TAKEN
            else:
                each.too_large = True
                each.answers = [Answered(work, _too_large(each.key)) for work in each.works]
        committed = [each.key for each, result in zip(changed, results, strict=True) if result is WriteResult.COMMITTED]
        await self._reservations.resolve(claim, committed)
        return unsure


def _of_other_carts(kept: Mapping[CommandKey, Entry], cart: CartKey, works: Iterable[Work]) -> dict[CommandKey, Entry]:
    """What other carts of the group came to have under the ids of these commands: an id is used once in a tenant."""
    if not kept:
        return {}
    keys = [key for work in works if (key := CommandKey.of(work.command)) is not None]
    return {key: kept[key] for key in keys if key in kept and kept[key].cart_id != cart.cart_id}


def _past_cache(work: Work) -> bool:
    """Whether it only reads, or comes from a job: carts of millions would drive out those that people work on."""
    return work.registered.reads or work.command.envelope.dry_run or work.of_job


def _too_large(key: CartKey) -> Refused:
    return Refused(Refusal(ErrorCode.CART_TOO_LARGE, "The cart would be too large to store."), key.cart_id)
