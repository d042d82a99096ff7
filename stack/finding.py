"""Finding servers: those that the environment names, then containers, then local programs."""

import importlib.util
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from stack.errors import StackError
from stack.local import start_local
from stack.stack import Stack


async def start_stack(*, management: bool = False, cache_gb: float | None = None, in_memory: bool = False) -> Stack:
    """Return a stack whose servers answer; the caller stops it.

    `management` asks for RabbitMQ's management plugin, which a local stack leaves out otherwise; `cache_gb` is the size
    of a local database's cache; with `in_memory` a local stack waits for no disk. Raises StackError, with what to
    install, when no servers can be found or started.
    """
    return (
        _from_environment()
        or await _from_docker()
        or await start_local(management=management, cache_gb=cache_gb, in_memory=in_memory)
    )


@asynccontextmanager
async def running_stack(
    *, management: bool = False, cache_gb: float | None = None, in_memory: bool = False
) -> AsyncIterator[Stack]:
    """Start a stack as `start_stack` does, and stop it at the end of the block."""
    stack = await start_stack(management=management, cache_gb=cache_gb, in_memory=in_memory)
    try:
        yield stack
    finally:
        await stack.stop()


def _from_environment() -> Stack | None:
    amqp_url, mongo_url = os.environ.get("CART_AMQP_URL"), os.environ.get("CART_MONGO_URL")
    if amqp_url and mongo_url:
        return Stack("environment", amqp_url, mongo_url)
    if amqp_url or mongo_url:
        raise StackError("only one of CART_AMQP_URL and CART_MONGO_URL is set; set both or neither")
    return None


async def _from_docker() -> Stack | None:
    # Testcontainers is a development dependency; an installation without it has no use for containers.
    if importlib.util.find_spec("testcontainers") is None:
        return None
    from stack.containers import docker_answers, start_containers  # noqa: PLC0415

    return await start_containers() if docker_answers() else None
