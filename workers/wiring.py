"""The inside of a worker, put together: everything between a command that was read and its acknowledgement.

It needs a store and a way out, but knows no connection; so it also runs where tests or measurements stand in for them.
"""

from cartwright.storage.interfaces import Store
from cartwright.workers.cart_cache import CartCache
from cartwright.workers.catalog_groups import CatalogGroups
from cartwright.workers.completion import Completion
from cartwright.workers.dispatch import Dispatcher
from cartwright.workers.executor import GroupExecutor
from cartwright.workers.facts_cache import FactsCache
from cartwright.workers.groups import CartGroups
from cartwright.workers.journal_writer import JournalWriter
from cartwright.workers.lanes import Lanes
from cartwright.workers.messages import Messages
from cartwright.workers.outbound import Sender
from cartwright.workers.preparation import Preparation
from cartwright.workers.reservations import Reservations
from cartwright.workers.settings import Settings
from cartwright.workers.settlement import Settlement
from cartwright.workers.sweeper import Sweeper
from cartwright.workers.topology import Topology


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
        executor = GroupExecutor(groups, CatalogGroups(store.catalog, facts), store.carts)
        self.dispatcher = Dispatcher(settings, lanes, executor, self.completion, self.settlement)
        self.sweeper = Sweeper(store, self.completion, self.settlement, reservations, settings.sweep_grace)
