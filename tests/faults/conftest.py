"""What the fault tests ask for."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest

from stack import LocalStack, start_local
from support.processes import Site, opened_site
from support.proxy import Proxy

OpenSite = Callable[..., AbstractAsyncContextManager[Site]]


@pytest.fixture
def site(amqp_url: str, mongo_url: str, tmp_path: Path) -> OpenSite:
    """A site on the servers that all tests share."""
    return partial(opened_site, amqp_url, mongo_url, tmp_path)


@pytest.fixture(scope="session")
async def harmed() -> AsyncIterator[LocalStack]:
    """Servers that may be killed and frozen; whoever harms them puts them right again."""
    stack = await start_local(test_commands=True, in_memory=True)
    yield stack
    await stack.stop()


@pytest.fixture
def harmed_site(harmed: LocalStack, tmp_path: Path) -> OpenSite:
    """A site on servers that may be harmed."""
    return partial(opened_site, harmed.amqp_url, harmed.mongo_url, tmp_path)


@pytest.fixture
async def proxy(amqp_url: str) -> AsyncIterator[Proxy]:
    proxy = Proxy(amqp_url)
    await proxy.start()
    yield proxy
    await proxy.stop()


@pytest.fixture
def proxied_site(proxy: Proxy, mongo_url: str, tmp_path: Path) -> OpenSite:
    """A site whose wire to the broker can be cut."""
    return partial(opened_site, proxy.url, mongo_url, tmp_path)
