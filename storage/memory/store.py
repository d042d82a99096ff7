"""The in-memory twin of the store: the same behaviour, for tests."""

from storage.memory.archive import MemoryArchive
from storage.memory.briefings import MemoryBriefings
from storage.memory.budgets import MemoryBudgets
from storage.memory.carts import MemoryCarts
from storage.memory.catalog import MemoryCatalog
from storage.memory.jobs import MemoryJobs
from storage.memory.journal import MemoryJournal
from storage.memory.layouts import MemoryLayouts
from storage.memory.runs import MemoryRuns
from storage.memory.searches import MemorySearches
from storage.memory.secrets import MemorySecrets


class MemoryStore:
    """`Store` without a database."""

    def __init__(self) -> None:
        self.carts = MemoryCarts()
        self.journal = MemoryJournal()
        self.archive = MemoryArchive()
        self.catalog = MemoryCatalog()
        self.briefings = MemoryBriefings(self.carts, self.journal, self.catalog)
        self.runs = MemoryRuns()
        self.layouts = MemoryLayouts()
        self.budgets = MemoryBudgets()
        self.searches = MemorySearches(self.carts.stored)
        self.jobs = MemoryJobs(self.carts.stored)
        self.secrets = MemorySecrets()

    async def prepare(self) -> None:
        """Nothing to create."""

    async def close(self) -> None:
        """Nothing to close."""
