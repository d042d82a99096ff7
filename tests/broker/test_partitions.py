"""As many workers as you like, whatever they are told of partitions: each queue has a reader, and who waits says so."""

import asyncio
import json
import re
from contextlib import AsyncExitStack
from typing import Any

import aiormq
import pytest
from structlog.testing import capture_logs

from support.cli_runs import runs
from support.patience import PATIENCE, until
from support.running import Running, running_worker
from workers.amqp import OpenChannel
from workers.broker import asking, routes
from workers.broker.asking import waiting
from workers.broker.declaration import declare
from workers.broker.routes import Routes
from workers.broker.topology import Topology
from workers.settings import Settings


async def answered(here: Running, carts: int = 12) -> None:
    """Commands of several carts, so that each partition gets some, and their answers."""
    body = [json.dumps({"type": "get-cart", "cartId": f"c-{each}", "data": {}}).encode() for each in range(carts)]
    asked = [
        here.wire.ask("acme.get-cart", each, headers={"cart-id": f"c-{number}"}) for number, each in enumerate(body)
    ]
    replies = await asyncio.gather(*asked)
    assert {reply["error"]["code"] for reply in replies} == {"cart-not-found"}


async def shown(here: Running) -> str:
    """What `cart partitions` shows, on one line."""
    return (await runs(here.settings)("partitions")).output.replace("\n", " ")


async def existing(settings: Settings) -> int:
    """How many queues of partitions there are, from 0 on."""
    async with aiormq.connect(settings.amqp_url.get_secret_value()) as connection:

        async def open_channel() -> aiormq.abc.AbstractChannel:
            return await connection.channel()

        count = 0
        while await waiting(open_channel, Topology(settings).partition(count)) is not None:
            count += 1
        return count


async def test_ten_workers_work_and_nine_of_them_wait_and_say_so(amqp_url: str, mongo_url: str) -> None:
    async with running_worker(amqp_url, mongo_url, heartbeat_interval=0.2) as first, AsyncExitStack() as others:
        await answered(first)
        assert first.owned == 1
        with capture_logs() as logs:
            rivals = [await others.enter_async_context(first.rival()) for _ in range(9)]
            await until(lambda: all(each.standby for each in rivals))
            # Each says so with its next heartbeat; and again, where it has not heard from the others in the meantime.
            await until(lambda: sum(each["event"] == "standby" for each in logs) >= len(rivals))
        assert not first.standby
        assert first.owned == 1, "a worker too many took the partition from its owner"
        told = [each for each in logs if each["event"] == "standby"]
        assert {each["partitions"] for each in told} == {1}
        assert all("cart partitions set" in each["remedy"] for each in told)
        await answered(first)
        async with asyncio.timeout(PATIENCE):
            while "10 workers, without a partition:" not in await shown(first):  # noqa: ASYNC110 (who beat late is missing)
                await asyncio.sleep(0.1)
        await first.stop()
        await answered(first)
        await until(lambda: sum(each.owned for each in rivals) == 1)
        await until(lambda: sum(each.standby for each in rivals) == 8)


async def test_a_worker_with_another_number_goes_by_the_one_in_use_and_says_so(
    amqp_url: str, mongo_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_worker(amqp_url, mongo_url, partitions=2) as first:
        for other in (1, 5):
            with capture_logs() as logs:
                async with first.rival(partitions=other):
                    await answered(first)
            [told] = [each for each in logs if each["event"] == "partitions_differ"]
            assert (told["setting"], told["in_use"], told["log_level"]) == (other, 2, "warning")
            assert f"cart partitions set {other}" in told["remedy"]
        assert await existing(first.settings) == 2
        cart = runs(first.settings)
        monkeypatch.setenv("CART_PARTITIONS", "5")
        assert "partitions: 2 in use; CART_PARTITIONS=5 has no effect any more" in (await cart("doctor")).output


@pytest.mark.parametrize(("there", "wanted"), [(3, 1), (1, 3)])
async def test_queues_of_an_earlier_release_get_readers(amqp_url: str, mongo_url: str, there: int, wanted: int) -> None:
    async with running_worker(amqp_url, mongo_url) as running:
        await running.stop()
        await running.remove_topology()
        await running.database["layouts"].delete_many({})
        earlier = running.settings.model_copy(update={"partitions": there})
        await declare(amqp_url, Topology(earlier))
        async with running.rival(partitions=wanted) as later:
            await answered(running, 30)
            await until(lambda: later.owned == there)


async def test_queues_that_a_restored_database_does_not_know_are_drained(amqp_url: str, mongo_url: str) -> None:
    async with running_worker(amqp_url, mongo_url, partitions=3, heartbeat_interval=0.2) as running:
        await running.stop()
        await running.database["layouts"].update_one({}, {"$set": {"partitions": 1}})
        asked = asyncio.create_task(answered(running, 30))
        await running.start()
        await asked
        async with asyncio.timeout(PATIENCE):
            while await existing(running.settings) > 1:  # noqa: ASYNC110 (the broker tells nobody)
                await asyncio.sleep(0.1)
        await answered(running)


async def test_a_broker_too_busy_to_count_loses_no_command(
    amqp_url: str, mongo_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RabbitMQ says that nothing waits in a quorum queue whose leader does not answer in a quarter of a second."""

    async def nothing(open_channel: OpenChannel, queue: str) -> int | None:
        return None if await waiting(open_channel, queue) is None else 0

    async with running_worker(amqp_url, mongo_url, partitions=2, heartbeat_interval=0.2) as here:
        shop = await here.shop()
        carts = [await shop.cart({"id": "i-1", "offeringId": "plan"}) for _ in range(8)]
        await here.stop()
        quantities = [(cart, {"products": [{"id": "i-1", "quantity": 2}]}) for cart in carts]
        sent = [await shop.send("update-products", cart, quantity) for cart, quantity in quantities]
        assert await here.wire.depth("commands.1") > 0, "nothing waits in the queue that is to be deleted"
        # As a worker leaves it that was told so, and then killed.
        left = {"$set": {"phase": "left", "following": 1}, "$inc": {"revision": 1}}
        await here.database["layouts"].update_one({}, left)
        for each in (asking, routes):
            monkeypatch.setattr(each, "waiting", nothing)
        await here.start()
        assert {(await shop.wire.reply(each))["status"] for each in sent} == {"applied"}
        async with asyncio.timeout(PATIENCE):
            while await existing(here.settings) > 1:  # noqa: ASYNC110 (the broker tells nobody)
                await asyncio.sleep(0.1)
        await answered(here)


async def test_the_command_line_changes_the_number(amqp_url: str, mongo_url: str) -> None:
    async with running_worker(amqp_url, mongo_url, heartbeat_interval=0.2) as running:
        cart = runs(running.settings)
        assert "1 in use" in (await cart("doctor")).output
        changed = await cart("partitions", "set", "2")
        assert changed.exit_code == 0, changed.output
        assert "workers finish the old queues" in changed.output
        assert "\n2 partitions\n" in changed.output
        await answered(running)
        await until(lambda: running.owned == 2)
        again = await cart("partitions", "set", "2")
        assert again.exit_code == 0
        assert "there are 2 partitions already\n" in again.output

        async def shown() -> dict[str, Any]:
            # The worker logs to the same output.
            found = re.search(r"^\{$.*^\}$", (await cart("partitions", "--json")).output, re.MULTILINE | re.DOTALL)
            assert found
            return json.loads(found[0])

        async with asyncio.timeout(PATIENCE):
            while not all(each["owner"] for each in (await shown())["partitions"]):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        seen = await shown()
        prefix = running.settings.prefix
        assert (seen["count"], seen["following"], seen["phase"]) == (2, None, "stable")
        assert [each["queue"] for each in seen["partitions"]] == [f"{prefix}.commands.0", f"{prefix}.commands.1"]
        assert {each["owner"] for each in seen["partitions"]} == {each["id"] for each in seen["workers"]}
        assert {each["waiting"] for each in seen["partitions"]} == {0}


@pytest.mark.parametrize("way", ["put_switch", "enter"])
async def test_a_partitioner_that_is_gone_is_made_again(
    amqp_url: str, mongo_url: str, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """What a worker asked the broker to do before it was killed may be done after another one has taken over."""
    lead, deleted = getattr(Routes, way), []

    async def lead_late(here: Routes, count: int) -> None:
        if not deleted:
            channel = await here.open_channel()
            deleted.append(await channel.exchange_delete(here.topology.partitioner))
            await channel.close()
        await lead(here, count)

    monkeypatch.setattr(Routes, way, lead_late)
    async with running_worker(amqp_url, mongo_url, partitions=2, heartbeat_interval=0.2) as running:
        changed = await runs(running.settings)("partitions", "set", "3")
        assert changed.exit_code == 0, changed.output
        assert deleted
        await answered(running, 30)
        await until(lambda: running.owned == 3)


async def test_a_change_without_workers_is_finished_by_the_next_one(amqp_url: str, mongo_url: str) -> None:
    async with running_worker(amqp_url, mongo_url, heartbeat_interval=0.2) as running:
        await running.stop()
        cart = runs(running.settings)
        begun = await cart("partitions", "set", "2", "--timeout", "0.5")
        assert begun.exit_code == 4
        assert "no worker runs" in begun.output
        other = await cart("partitions", "set", "3")
        assert other.exit_code == 1
        assert "a change to 2 is under way" in other.output
        await running.start()
        await answered(running)
        finished = await cart("partitions", "set", "2")
        assert finished.exit_code == 0, finished.output
        assert await existing(running.settings) == 2
        await answered(running)


async def test_before_any_worker_there_is_nothing_to_show(running: Running, prefix: str) -> None:
    settings = running.settings.model_copy(update={"prefix": prefix})
    shown = await runs(settings)("partitions")
    assert shown.exit_code == 1
    assert "no worker has run yet" in shown.output


@pytest.mark.parametrize("number", ["0", "257", "many"])
async def test_a_number_that_can_not_be(running: Running, number: str) -> None:
    assert (await runs(running.settings)("partitions", "set", number)).exit_code == 2
