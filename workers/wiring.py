"""The inside of a worker, put together: everything between a command that was read and its acknowledgement.

It needs a store and a way out, but knows no connection; so it also runs where tests or measurements stand in for them.
"""

from dataclasses import dataclass
from typing import Protocol, TypeVar

from cartwright.wire.refusals import ErrorCode
from storage.ports import Store
from workers.amqp import Delivery
from workers.broker.topology import Topology
from workers.clock import Clock, now
from workers.consume.dialect_calls import dialect_call
from workers.consume.lanes import Lanes
from workers.consume.spans import UNTRACED, Spans
from workers.consume.work import Source, acknowledge
from workers.execute.briefing import Briefer
from workers.execute.cart_cache import CartCache
from workers.execute.cart_groups import CartGroups
from workers.execute.catalog_groups import CatalogGroups
from workers.execute.dispatch import Dispatcher
from workers.execute.executor import GroupExecutor
from workers.execute.facts_cache import FactsCache
from workers.execute.job_groups import JobGroups
from workers.execute.reservations import Reservations
from workers.execute.staged import StagedCalls
from workers.execute.validity_tokens import TokenKeys
from workers.jobs.carts import CartRuns
from workers.jobs.job_carts import JobCarts
from workers.jobs.messages import JobMessages
from workers.jobs.planner import Planner
from workers.jobs.runner import ChunkRunner
from workers.jobs.sorting import Sorting
from workers.publish.amqp_source import AmqpSource
from workers.publish.cloud_events import CloudEvents
from workers.publish.messages import Messages
from workers.publish.outbound import Sender
from workers.settings import Settings
from workers.settle.archiving import ArchiveSweep
from workers.settle.completion import Completion
from workers.settle.expiry import ExpirySweep
from workers.settle.journal_writer import JournalWriter
from workers.settle.sweeper import CartSweep, Sweeper
from workers.settle.tombstones import TombstoneSweep
from workers.settle.watermark import Watermark

Part = TypeVar("Part")


class Fit(Protocol):
    """Sees every part that a worker is made of before the others get it, and returns what they get in its place."""

    def __call__(self, name: str, part: Part, /) -> Part:
        """The part itself, or something around it."""


def as_made(_: str, part: Part, /) -> Part:
    """Every part as it was made."""
    return part


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a worker is put together with, besides its settings."""

    clock: Clock = now
    fit: Fit = as_made
    spans: Spans = UNTRACED


USUAL = Wiring()
"""How a worker is put together outside of tests."""


class Parts:
    """The parts of one worker run, by name."""

    def __init__(
        self, settings: Settings, run: str, store: Store, outbound: Sender, lanes: Lanes, wiring: Wiring = USUAL
    ) -> None:
        clock, fit = wiring.clock, wiring.fit
        self.watermark = Watermark(run)
        self.cache = CartCache(settings.cached_lines)
        writer = self.journal = JournalWriter(store.journal)
        cloud_events = CloudEvents(settings.source, settings.cloud_events_prefix)
        self._messages = Messages(Topology(settings), cloud_events, clock)
        self.completion = Completion(writer, self._messages, outbound, fit("acknowledge", acknowledge))
        facts = FactsCache(store.catalog)
        reservations = fit("reservations", Reservations(store.budgets, store.carts, facts, settings.sweep_grace))
        keys = TokenKeys(settings.signing_keys, store.secrets)
        briefer = self.briefer = Briefer(store, writer, facts, self.watermark, keys)
        groups = self.groups = CartGroups(store.carts, briefer, reservations, self.cache, clock)
        catalogs = CatalogGroups(store.catalog, facts, clock)
        staged = StagedCalls(store.carts, catalogs, briefer, reservations, facts, clock)
        job_messages = JobMessages(Topology(settings), cloud_events, clock)
        self.planner = Planner(settings, run, store.jobs, outbound, job_messages, clock)
        jobs = JobGroups(store.jobs, facts, clock, self.planner.wake)
        executor = GroupExecutor(groups, catalogs, jobs, briefer, staged)
        self.dispatcher = Dispatcher(settings, lanes, executor, self.completion, self.watermark)
        self._spans = wiring.spans
        for part in (briefer, groups, self.completion, self.dispatcher):
            part.spans = wiring.spans
        sorting = Sorting(store.carts, facts, clock)
        job_carts = JobCarts(store.carts, store.journal, clock)
        cart_runs = CartRuns(job_carts, sorting, lanes, outbound, job_messages, clock)
        self.runner = ChunkRunner(
            store.jobs,
            cart_runs,
            lanes,
            finished=self.planner.wake,
            hand_on=self.planner.hand_on,
            park=lambda delivery, why: self.completion.park(self.source(delivery), ErrorCode.MALFORMED.value, why),
        )
        carts = CartSweep(store, self.completion, self.watermark, settings.sweep_grace, clock)
        expiry = ExpirySweep(store, lanes.put, clock)
        tombstones = TombstoneSweep(store, self.watermark, clock)
        archive = ArchiveSweep(store, self.watermark, settings.history_days, clock)
        self.sweeper = Sweeper((carts.sweep, reservations.sweep, expiry.sweep, tombstones.sweep, archive.sweep))

    def source(self, delivery: Delivery) -> Source:
        """The source that a delivery is."""
        return AmqpSource(delivery, self._messages, dialect_call(delivery), self._spans.begin(delivery))
