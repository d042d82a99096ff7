"""The whole store on MongoDB."""

from storage.mongo.archive import MongoArchive
from storage.mongo.briefings import MongoBriefings
from storage.mongo.budgets import MongoBudgets
from storage.mongo.carts import MongoCarts
from storage.mongo.catalog import MongoCatalog
from storage.mongo.database import Database
from storage.mongo.driver import Driver
from storage.mongo.jobs import MongoJobs
from storage.mongo.journal import MongoJournal
from storage.mongo.layouts import MongoLayouts
from storage.mongo.runs import MongoRuns
from storage.mongo.searches import MongoSearches
from storage.mongo.secrets import MongoSecrets


class MongoStore:
    """`Store` on one MongoDB database; `timeout` in seconds bounds every call."""

    def __init__(self, url: str, database: str, *, timeout: float = 5.0, driver: Driver = "motor") -> None:
        self._database = Database(url, database, timeout=timeout, driver=driver)
        self.carts = MongoCarts(self._database.collection("carts"))
        self.journal = MongoJournal(self._database.collection("journal"))
        self.archive = MongoArchive(self._database.collection("archive"))
        self.catalog = MongoCatalog(self._database.collection("catalog"), self._database.collection("snapshots"))
        self.briefings = MongoBriefings(self._database.collection("carts"), journal="journal", catalog="catalog")
        self.layouts = MongoLayouts(self._database.collection("layouts"))
        self.runs = MongoRuns(self._database.collection("runs"))
        self.budgets = MongoBudgets(self._database.collection("budgets"))
        self.searches = MongoSearches(self._database.collection("carts"))
        self.jobs = MongoJobs(
            self._database.collection("jobs"), self._database.collection("chunks"), self._database.collection("carts")
        )
        self.secrets = MongoSecrets(self._database.collection("secrets"))

    async def prepare(self) -> None:
        """Create the indexes."""
        await self._database.create_indexes()

    async def close(self) -> None:
        """Close all connections."""
        await self._database.close()
