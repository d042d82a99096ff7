"""The database is killed, frozen, or answers with errors, while the worker is at work."""

import asyncio
from typing import Any

import pytest
from pymongo import AsyncMongoClient, ReadPreference

from support.patience import PATIENCE

CARTS = 100
COMMANDS = 800
ERRORS: dict[str, dict[str, Any]] = {
    "connection-closed": {"closeConnection": True},
    "shutting-down": {"errorCode": 91},
    "applied-but-not-replicated": {"writeConcernError": {"code": 64, "errmsg": "waiting for replication timed out"}},
}


async def test_killed_and_restarted(harmed_site, harmed) -> None:
    async with harmed_site(9, CARTS) as here:
        await under_load(here, harmed.restart_database())


@pytest.mark.parametrize("seconds", [3, pytest.param(8, marks=pytest.mark.soak)])
async def test_frozen(harmed_site, harmed, seconds: int) -> None:
    async with harmed_site(10, CARTS) as here:
        await under_load(here, frozen(harmed, seconds))


async def test_stepped_down(harmed_site, harmed) -> None:
    """There is no primary for a while: what is written is refused, and connections are closed."""
    async with harmed_site(13, CARTS) as here, AsyncMongoClient(harmed.mongo_url) as client:
        await under_load(here, stepped_down(client))


@pytest.mark.parametrize(
    ("error", "times"),
    [
        pytest.param("connection-closed", 1, marks=pytest.mark.soak),
        ("connection-closed", 2),
        pytest.param("shutting-down", 1, marks=pytest.mark.soak),
        ("shutting-down", 2),  # the driver tries again once by itself
        ("applied-but-not-replicated", 1),
        pytest.param("applied-but-not-replicated", 2, marks=pytest.mark.soak),
    ],
)
async def test_an_error_of_the_server(harmed_site, harmed, error: str, times: int) -> None:
    async with (
        harmed_site(11, CARTS, group_commands=16, prefetch=64) as here,
        AsyncMongoClient(harmed.mongo_url) as client,
    ):
        carts = f"{here.settings.database}.carts"
        data = {"failCommands": ["update"], "appName": "cartwright", "namespace": carts, **ERRORS[error]}
        await under_load(here, fail_point(client, {"times": times}, data=data))
        assert (await fail_point(client, "off"))["count"] >= times


async def test_a_stop_that_could_not_drain_says_so(harmed_site, harmed) -> None:
    """The database does not answer while the worker is to stop; what it held is the next worker's."""
    async with harmed_site(12, CARTS, drain_timeout=3.0) as here:
        await here.recorder.send(here.load.creations())
        worker = here.start()
        await here.recorder.ended()
        harmed.freeze_database()
        try:
            await here.recorder.send(here.load.commands(COMMANDS // 8))
            await here.delivered()
            assert await worker.stop() == 1
        finally:
            harmed.thaw_database()
        assert '"drained":false' in here.log.read_text()
        here.start()
        await here.check()


async def under_load(here, harm) -> None:
    """Do harm in the middle of a load; nothing comes of it."""
    here.start()
    sending = asyncio.create_task(here.recorder.send([*here.load.creations(), *here.load.commands(COMMANDS)]))
    await here.recorder.more_replies(COMMANDS // 4)
    await here.outstanding()
    await harm
    await sending
    await here.check()


async def frozen(stack, seconds: int) -> None:
    stack.freeze_database()
    try:
        await asyncio.sleep(seconds)
    finally:
        stack.thaw_database()


async def stepped_down(client) -> None:
    """Until the set has elected its only member again."""
    await client.admin.command("replSetStepDown", 10, force=True)
    assert not await is_primary(client)
    async with asyncio.timeout(PATIENCE):
        while not await is_primary(client):  # noqa: ASYNC110 (nobody tells)
            await asyncio.sleep(0.1)


async def is_primary(client) -> bool:
    answer = await client.admin.command("hello", read_preference=ReadPreference.NEAREST)
    return bool(answer["isWritablePrimary"])


async def fail_point(client, mode: Any, **settings: Any) -> dict[str, Any]:
    return await client.admin.command("configureFailPoint", "failCommand", mode=mode, **settings)
