"""What every test may ask for: real servers, and names of its own on them."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from pymongo import AsyncMongoClient
from support.running import Running, running_worker
from support.shop import Shop

from cartwright.stack import Stack, running_stack


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run the long tests, marked soak, and no others")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "soak: takes minutes; runs with --soak only")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    soak = [item for item in items if item.get_closest_marker("soak")]
    others = [item for item in items if not item.get_closest_marker("soak")]
    items[:], deselected = (soak, others) if config.getoption("--soak") else (others, soak)
    config.hook.pytest_deselected(items=deselected)


@pytest.fixture(scope="session")
async def stack() -> AsyncIterator[Stack]:
    """The servers of this run: one RabbitMQ and one MongoDB."""
    async with running_stack() as running:
        yield running


@pytest.fixture(scope="session")
def amqp_url(stack: Stack) -> str:
    return stack.amqp_url


@pytest.fixture(scope="session")
def mongo_url(stack: Stack) -> str:
    return stack.mongo_url


@pytest.fixture
async def database_name(mongo_url: str) -> AsyncIterator[str]:
    """A database that only this test knows, dropped after it."""
    name = f"test_{uuid4().hex[:12]}"
    yield name
    async with AsyncMongoClient(mongo_url) as client:
        await client.drop_database(name)


@pytest.fixture
def prefix() -> str:
    """A prefix for AMQP names that only this test uses."""
    return f"test-{uuid4().hex[:8]}"


@pytest.fixture(scope="module")
async def running(amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    """A worker that all tests of a module share."""
    async with running_worker(amqp_url, mongo_url) as running:
        yield running


@pytest.fixture
async def shop(running: Running) -> Shop:
    """A tenant of the running worker that only this test uses, with a full catalog."""
    return await running.shop()
