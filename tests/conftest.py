"""What every test may ask for: real servers, and names of its own on them."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import hypothesis
import pytest
from pymongo import AsyncMongoClient

from stack import Stack
from support.running import Running, running_worker
from support.scheduling import Sharing, beginning
from support.servers import TestRun, shared_stack
from support.shop import Shop

RUN = pytest.StashKey[TestRun]()
FOLDER = "servers"

# A third of the time in which tests are collected went into walks through what stays anyway.
gc.disable()

# How long an example takes says how busy the machine is, and nothing about the code.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run the long tests, marked soak, and no others")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "soak: takes minutes; runs with --soak only")
    if not hasattr(config, "workerinput"):
        config.stash[RUN] = TestRun()
    if config.pluginmanager.has_plugin("xdist"):
        config.option.loadscopereorder = False


def pytest_collection_finish() -> None:
    """What was collected stays to the end, so the garbage collector need not walk through it again and again.

    Nor need it look after every 700 new objects: that is a fifteenth of the time of tests that compute.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    if RUN in config.stash:
        config.stash[RUN].end()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput[FOLDER] = str(node.config.stash[RUN].folder)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing:
    return Sharing(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=beginning)
    soak = [item for item in items if item.get_closest_marker("soak")]
    others = [item for item in items if not item.get_closest_marker("soak")]
    items[:], deselected = (soak, others) if config.getoption("--soak") else (others, soak)
    config.hook.pytest_deselected(items=deselected)


@pytest.fixture(autouse=True)
def own_logs() -> Iterator[None]:
    """A command that was run in this process leaves no handler that writes to its output, which is closed by then."""
    root = logging.getLogger()
    before = set(root.handlers)
    yield
    for handler in set(root.handlers) - before:
        if type(handler) is logging.StreamHandler:
            root.removeHandler(handler)


@pytest.fixture(scope="session")
async def stack(request: pytest.FixtureRequest) -> Stack:
    """The servers of this run: one RabbitMQ and one MongoDB, whatever the number of processes."""
    own = request.config.stash.get(RUN, None)
    folder = own.folder if own else Path(request.config.workerinput[FOLDER])
    return await asyncio.to_thread(shared_stack, folder)


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
