"""Both stores: the in-memory twin, and the one on a real MongoDB."""

from collections.abc import AsyncIterator

import pytest

from storage.memory.store import MemoryStore
from storage.mongo.store import MongoStore
from storage.ports import Store


@pytest.fixture
async def mongo_store(mongo_url: str, database_name: str) -> AsyncIterator[MongoStore]:
    store = MongoStore(mongo_url, database_name)
    await store.prepare()
    yield store
    await store.close()


@pytest.fixture(params=["memory", "mongo"])
def store(request: pytest.FixtureRequest) -> Store:
    return MemoryStore() if request.param == "memory" else request.getfixturevalue("mongo_store")
