"""Every store: the in-memory twin, and the one on a real MongoDB with either driver."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import get_args

import pytest

from storage.memory.store import MemoryStore
from storage.mongo.driver import Driver
from storage.mongo.store import MongoStore
from storage.ports import Store

DRIVERS = get_args(Driver)


@asynccontextmanager
async def opened(url: str, database: str, driver: Driver) -> AsyncIterator[MongoStore]:
    store = MongoStore(url, database, driver=driver)
    await store.prepare()
    yield store
    await store.close()


@pytest.fixture
async def motor_store(mongo_url: str, database_name: str) -> AsyncIterator[MongoStore]:
    async with opened(mongo_url, database_name, "motor") as store:
        yield store


@pytest.fixture
async def pymongo_store(mongo_url: str, database_name: str) -> AsyncIterator[MongoStore]:
    async with opened(mongo_url, database_name, "pymongo") as store:
        yield store


@pytest.fixture(params=DRIVERS)
def driver(request: pytest.FixtureRequest) -> Driver:
    return request.param


@pytest.fixture
def mongo_store(request: pytest.FixtureRequest, driver: Driver) -> MongoStore:
    return request.getfixturevalue(f"{driver}_store")


@pytest.fixture(params=["memory", *DRIVERS])
def store(request: pytest.FixtureRequest) -> Store:
    return MemoryStore() if request.param == "memory" else request.getfixturevalue(f"{request.param}_store")
