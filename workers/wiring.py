"""The inside of a worker, put together: everything between a command that was read and its acknowledgement.

It needs a store and a way out, but knows no connection; so it also runs where tests or measurements stand in for them.
"""

from storage.ports import Store
from workers.broker.topology import Topology
from workers.consume.lanes import Lanes
from workers.execute.briefing import Preparation
from workers.execute.cart_cache import CartCache
from workers.execute.cart_groups import CartGroups
from workers.execute.catalog_groups import CatalogGroups
from workers.execute.dispatch import Dispatcher
from workers.execute.executor import GroupExecutor
from workers.execute.facts_cache import FactsCache
from workers.execute.reservations import Reservations
from workers.publish.messages import Messages
from workers.publish.outbound import Sender
from workers.settings import Settings
from workers.settle.completion import Completion
from workers.settle.journal_writer import JournalWriter
from workers.settle.sweeper import Sweeper
from workers.settle.watermark import Settlement


class Engine:
    """The parts of one worker run, by name."""

    def __init__(self, settings: Settings, run: str, store: Store, outbound: Sender, lanes: Lanes) -> None:
        self.settlement = Settlement(run)
        self.cache = CartCache(settings.cached_lines)
        writer = self.journal = JournalWriter(store.journal)
        messages = Messages(Topology(settings), settings.source)
        self.completion = Completion(writer, messages, outbound, settings.retry_delays)
        facts = FactsCache(store.catalog)
        reservations = Reservations(store.budgets, store.carts, facts, settings.sweep_grace)
        preparation = Preparation(store, writer, facts, self.settlement)
        groups = CartGroups(store.carts, preparation, reservations, self.cache)
        executor = GroupExecutor(groups, CatalogGroups(store.catalog, facts), preparation)
        self.dispatcher = Dispatcher(settings, lanes, executor, self.completion, self.settlement)
        self.sweeper = Sweeper(store, self.completion, self.settlement, reservations, settings.sweep_grace)
