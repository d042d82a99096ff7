"""A wire that can be cut: what the broker tests put between a client and RabbitMQ."""

from collections.abc import AsyncIterator

import pytest

from support.proxy import Proxy


@pytest.fixture
async def proxy(amqp_url: str) -> AsyncIterator[Proxy]:
    proxy = Proxy(amqp_url)
    await proxy.start()
    yield proxy
    await proxy.stop()
