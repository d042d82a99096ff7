"""A worker as a process of its own, between wires that can be cut, and what it serves over HTTP."""

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen
from uuid import uuid4

from pymongo import AsyncMongoClient

from support.patience import PATIENCE
from support.processes import HASTE, WorkerProcess
from support.proxy import Proxy
from support.removing import remove_topology
from support.shop import Shop
from support.wire import Wire
from workers.broker.declaration import declare
from workers.broker.topology import Topology
from workers.settings import Settings

Metrics = dict[str, float]
Answer = tuple[int, dict[str, Any]]


def _set(environment: dict[str, str]) -> None:
    """Set variables of the process in which this is called."""
    os.environ.update(environment)


class Served:
    """What is served at a port of this machine."""

    def __init__(self) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = int(listener.getsockname()[1])

    def text(self) -> str:
        """What Prometheus reads."""
        with urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=PATIENCE) as answer:
            return answer.read().decode()

    def metrics(self) -> Metrics:
        """All samples, under their names with labels."""
        samples = (line.rpartition(" ") for line in self.text().splitlines() if not line.startswith("#"))
        return {name: float(value) for name, _, value in samples}

    def ask(self, path: str) -> Answer:
        """Status and body of an answer about health."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE) as answer:
                return answer.status, json.loads(answer.read())
        except HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def failing(self, path: str) -> list[str]:
        """The checks that are not passed; the status agrees with them."""
        status, body = self.ask(path)
        failing = [each["check"] for each in body["checks"] if not each["ok"]]
        assert (status, body[path.removeprefix("/")]) == ((503, False) if failing else (200, True))
        return failing


class Watched:
    """The worker, its wires, and a client's wire that nobody cuts."""

    def __init__(
        self, settings: Settings, log: Path, served: Served, wires: tuple[Proxy, Proxy], process: WorkerProcess
    ) -> None:
        self.settings = settings
        self.log = log
        self.served = served
        self.amqp, self.mongo = wires
        self.wire = Wire(settings.prefix)
        self.process = process

    async def metrics(self) -> Metrics:
        """All samples as they are now."""
        return await asyncio.to_thread(self.served.metrics)

    async def failing(self, path: str) -> list[str]:
        """The checks that are not passed now."""
        return await asyncio.to_thread(self.served.failing, path)

    async def value(self, name: str) -> float:
        """A sample; one that was never counted is 0."""
        return (await self.metrics()).get(name, 0.0)

    async def reaches(self, name: str, wanted: Callable[[float], bool]) -> float:
        """Wait until a sample is as it is wanted; return it."""
        async with asyncio.timeout(PATIENCE):
            while not wanted(value := await self.value(name)):  # noqa: ASYNC110 (it is in another process)
                await asyncio.sleep(0.05)
        return value

    async def ready(self) -> None:
        """Wait until the worker serves, and is ready."""
        await self.until("/ready", lambda failing: not failing)

    async def until(self, path: str, wanted: Callable[[list[str]], bool]) -> list[str]:
        """Wait until the failing checks are as they are wanted."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    if wanted(failing := await self.failing(path)):
                        return failing
                except OSError:
                    # It does not listen yet.
                    assert self.process.running, self.log.read_text()[-3000:]
                await asyncio.sleep(0.05)

    def shop(self) -> Shop:
        """A tenant that nobody else uses."""
        return Shop(self.wire, f"t{uuid4().hex[:10]}")

    def lines(self) -> list[dict[str, Any]]:
        """What the worker has logged."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]


async def _proxied(url: str) -> tuple[Proxy, str]:
    """A proxy in front of a server, and its host and port."""
    proxy = Proxy(url)
    await proxy.start()
    return proxy, proxy.url.rpartition("@")[2].partition("/")[0]


@asynccontextmanager
async def watched_worker(
    amqp_url: str,
    mongo_url: str,
    folder: Path,
    environment: dict[str, str] | None = None,
    fail_point: str = "",
    **chosen: Any,
) -> AsyncIterator[Watched]:
    """A worker with a prefix and a database of its own, ready, and a wire to it."""
    name = f"test-{uuid4().hex[:8]}"
    served = Served()
    amqp, _ = await _proxied(amqp_url)
    mongo, at = await _proxied(mongo_url)
    settings = Settings(
        **{
            **HASTE,
            "amqp_url": amqp.url,
            "mongo_url": f"mongodb://{at}/?directConnection=true",
            "prefix": name,
            "database": name,
            "metrics_port": served.port,
            **chosen,
        }
    )
    await declare(amqp_url, Topology(settings))
    log = folder / f"{name}.log"
    process = WorkerProcess(settings, log, fail_point, partial(_set, environment or {}))
    watched = Watched(settings, log, served, (amqp, mongo), process)
    await watched.wire.open(amqp_url)
    try:
        await watched.ready()
        yield watched
    finally:
        watched.process.kill()
        await remove_topology(watched.wire.channel, settings)
        await watched.wire.close()
        await amqp.stop()
        await mongo.stop()
        async with AsyncMongoClient(mongo_url) as client:
            await client.drop_database(name)
