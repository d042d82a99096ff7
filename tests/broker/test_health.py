"""`cart health`, which containers ask after their own worker: ready, cut off, gone."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from typer.testing import CliRunner, Result

from cli.app import app
from support.watching import Watched, watched_worker


@pytest.fixture(scope="module")
async def watched(amqp_url: str, mongo_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    async with watched_worker(amqp_url, mongo_url, tmp_path_factory.mktemp("health")) as watched:
        yield watched


async def asked(port: int, *words: str) -> Result:
    environment = {"CART_METRICS_PORT": str(port)}
    return await asyncio.to_thread(CliRunner().invoke, app, ["health", *words], env=environment)


async def test_a_worker_is_well(watched: Watched) -> None:
    for words, said in (((), "ready"), (("ready",), "ready"), (("live",), "live")):
        result = await asked(watched.served.port, *words)
        assert (result.exit_code, result.stdout, result.stderr) == (0, f"{said}\n", "")


async def test_without_its_database_it_is_alive_and_not_ready(watched: Watched) -> None:
    watched.mongo.answering.clear()
    try:
        await watched.until("/ready", lambda failing: "database" in failing)
        result = await asked(watched.served.port)
        assert (result.exit_code, result.stderr.partition(":")[0]) == (1, "database")
        assert (await asked(watched.served.port, "live")).exit_code == 0
    finally:
        watched.mongo.answering.set()
    await watched.ready()


async def test_where_there_is_none_it_says_so(watched: Watched) -> None:
    off = await asked(0)
    assert (off.exit_code, "set CART_METRICS_PORT" in off.stderr) == (2, True)
    watched.process.kill()
    await watched.process.ended()
    gone = await asked(watched.served.port)
    assert (gone.exit_code, "no worker answers on port" in gone.stderr) == (3, True)
