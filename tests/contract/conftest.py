"""Every store: the in-memory twin, and the one on a real MongoDB with either driver."""

from collections.abc import AsyncIterator
from typing import Any, get_args
from uuid import uuid4

import pytest
from pymongo import AsyncMongoClient

from storage.memory.store import MemoryStore
from storage.mongo.driver import Driver
from storage.mongo.store import MongoStore
from storage.ports import Store

DRIVERS = get_args(Driver)
DATABASE = f"contract_{uuid4().hex[:12]}"


@pytest.fixture(scope="session")
async def client(mongo_url: str) -> AsyncIterator[AsyncMongoClient[Any]]:
    """A way past the stores to the same database."""
    async with AsyncMongoClient(mongo_url) as client:
        yield client
        await client.drop_database(DATABASE)


@pytest.fixture(scope="session")
async def prepared(mongo_url: str, client: AsyncMongoClient[Any]) -> AsyncIterator[dict[Driver, MongoStore]]:
    """A database with all indexes, and a store on it with each driver: to make one anew for each test takes long."""
    stores: dict[Driver, MongoStore] = {driver: MongoStore(mongo_url, DATABASE, driver=driver) for driver in DRIVERS}
    await stores["pymongo"].prepare()
    yield stores
    for store in stores.values():
        await store.close()


@pytest.fixture
async def database_name(client: AsyncMongoClient[Any], prepared: dict[Driver, MongoStore]) -> str:
    """The database of the test's store, which is empty before it."""
    for collection in await client[DATABASE].list_collection_names():
        await client[DATABASE][collection].delete_many({})
    return DATABASE


@pytest.fixture
def motor_store(prepared: dict[Driver, MongoStore], database_name: str) -> MongoStore:
    return prepared["motor"]


@pytest.fixture
def pymongo_store(prepared: dict[Driver, MongoStore], database_name: str) -> MongoStore:
    return prepared["pymongo"]


@pytest.fixture(params=DRIVERS)
def driver(request: pytest.FixtureRequest) -> Driver:
    return request.param


@pytest.fixture
def mongo_store(request: pytest.FixtureRequest, driver: Driver) -> MongoStore:
    return request.getfixturevalue(f"{driver}_store")


@pytest.fixture(params=["memory", *DRIVERS])
def store(request: pytest.FixtureRequest) -> Store:
    return MemoryStore() if request.param == "memory" else request.getfixturevalue(f"{request.param}_store")
