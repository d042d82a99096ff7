"""What happens to a worker shows in its metrics, and in whether it is ready and alive."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.patience import PATIENCE
from support.shop import error_code
from support.watching import Metrics, Watched, watched_worker
from workers.amqp import ADAPTERS
from workers.metrics.health import CONFIRM_SECONDS

PHONE = {"id": "i-1", "offeringId": "phone"}
CART = {"country": "FR", "currency": "EUR", "items": [PHONE]}
PREFETCH = 10
STAGES = ("lane", "load", "decide", "commit", "publish", "settle", "total")
CONNECTIONS = ("commands", "replies", "events")


@pytest.fixture(scope="module")
async def watched(amqp_url: str, mongo_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    folder = tmp_path_factory.mktemp("watched")
    async with watched_worker(amqp_url, mongo_url, folder, prefetch=PREFETCH, storage_timeout=30.0) as watched:
        yield watched


def commands(kind: str, outcome: str) -> str:
    return f'cart_commands_total{{outcome="{outcome}",type="{kind}"}}'


def moved(before: Metrics, after: Metrics) -> dict[str, float]:
    """What was counted meanwhile."""
    return {name: after[name] - before.get(name, 0.0) for name in after if after[name] != before.get(name, 0.0)}


async def test_commands_by_type_and_outcome_and_refusals_by_code(watched: Watched) -> None:
    shop, before = watched.shop(), await watched.metrics()
    await shop.stock()
    assert (await shop.call("create-cart", "c-1", CART, message_id="m"))["status"] == "applied"
    assert (await shop.call("create-cart", "c-1", CART, message_id="m"))["status"] == "duplicate"
    quantity = {"products": [{"id": "i-1", "quantity": 2}]}
    assert (await shop.call("update-products", "c-1", quantity, dryRun=True))["status"] == "dry-run"
    assert error_code(await shop.call("empty-cart", "nowhere")) == "cart-not-found"
    assert (await shop.call("get-cart", "c-1"))["status"] == "read"
    malformed = await watched.wire.ask(f"{shop.tenant}.get-cart", b"{", message_id="x", headers={"cart-id": "c-1"})
    assert error_code(malformed) == "malformed"
    after = moved(before, await watched.metrics())
    about = ("cart_commands_total", "cart_refusals")
    assert {name: count for name, count in after.items() if name.startswith(about)} == {
        commands("upsert-taxes", "applied"): 1,
        commands("upsert-offerings", "applied"): 1,
        commands("upsert-prices", "applied"): 1,
        commands("create-cart", "applied"): 1,
        commands("create-cart", "duplicate"): 1,
        commands("update-products", "dry-run"): 1,
        commands("empty-cart", "refused"): 1,
        commands("get-cart", "read"): 1,
        commands("unread", "refused"): 1,
        'cart_refusals_total{code="cart-not-found"}': 1,
        'cart_refusals_total{code="malformed"}': 1,
    }
    assert after["cart_commands_taken_total"] == 8


async def test_what_must_not_be_answered_is_counted_as_parked(watched: Watched) -> None:
    parked, unread = 'cart_parked_total{code="forbidden-reply-to"}', commands("unread", "parked")
    before = await watched.metrics()
    await watched.wire.publish("t.get-cart", b"{}", message_id="m-parked", reply_to="somebody.elses")
    await watched.wire.parked.take(lambda message: message.message_id == "m-parked")
    # The message may be here before its confirm is there.
    await watched.reaches(parked, lambda count: count > before.get(parked, 0))
    after = moved(before, await watched.metrics())
    assert (after[parked], after[unread]) == (1, 1)


async def test_every_stage_of_a_command_is_timed(watched: Watched) -> None:
    shop, settled = watched.shop(), 'cart_stage_seconds_count{stage="settle"}'
    await shop.stock()
    await watched.reaches('cart_partition_lag{partition="0"}', lambda waiting: waiting == 0)
    before = await watched.metrics()
    sent = {"timestamp": datetime.now(UTC), "headers": {"timestamp_in_ms": int(time.time() * 1000) - 5000}}
    await shop.call("create-cart", "c-1", CART, properties=sent)
    await watched.reaches(settled, lambda count: count > before.get(settled, 0))
    after = moved(before, await watched.metrics())
    counts = [after[f'cart_stage_seconds_count{{stage="{stage}"}}'] for stage in STAGES]
    assert counts == [1] * len(STAGES)
    assert all(after[f'cart_stage_seconds_sum{{stage="{stage}"}}'] > 0 for stage in STAGES)
    assert 5.0 <= after['cart_stage_seconds_sum{stage="queue"}'] < 5.0 + PATIENCE
    total = after['cart_stage_seconds_sum{stage="total"}']
    assert sum(after[f'cart_stage_seconds_sum{{stage="{stage}"}}'] for stage in STAGES[:5]) <= total * 1.5


async def test_carts_in_the_cache(watched: Watched) -> None:
    shop = watched.shop()
    await shop.stock()
    before = await watched.metrics()
    await shop.call("create-cart", "c-1", CART)
    await shop.call("empty-cart", "c-1")
    after = moved(before, await watched.metrics())
    assert (after["cart_cache_carts"], after["cart_cache_lines"], after["cart_cache_hits_total"]) == (1, 1, 1)
    assert after["cart_cache_misses_total"] == 1


async def test_a_database_that_is_away(watched: Watched) -> None:
    """Commands wait, in the queue and in the worker; it says why it is not ready, and needs no restart."""
    shop, lag = watched.shop(), 'cart_partition_lag{partition="0"}'
    await shop.stock()
    watched.mongo.answering.clear()
    try:
        sent = [await shop.send("create-cart", f"c-{number}", CART) for number in range(3 * PREFETCH)]
        await watched.reaches(lag, lambda waiting: waiting >= len(sent))
        assert "database" in await watched.until("/ready", lambda failing: "database" in failing)
        assert await watched.failing("/live") == []
        assert await watched.value("cart_worker_ready") == 0
        assert await watched.value('cart_ready_check{check="database"}') == 0
        assert await watched.value("cart_database_silent_seconds") > 3
        assert not [each for each in watched.wire.replies.messages if each.correlation_id in sent]
    finally:
        watched.mongo.answering.set()
    assert {(await watched.wire.reply(each))["status"] for each in sent} == {"applied"}
    await watched.ready()
    assert await watched.reaches(lag, lambda waiting: waiting == 0) == 0


async def test_a_broker_that_confirms_nothing(watched: Watched) -> None:
    """The command is committed; its event and its reply are on their way for ever."""
    shop = watched.shop()
    await shop.stock()
    taken = await watched.value("cart_commands_taken_total")
    watched.mongo.answering.clear()
    sent = await shop.send("create-cart", "c-1", CART)
    await watched.reaches("cart_commands_taken_total", lambda count: count > taken)
    watched.amqp.answering.clear()
    watched.mongo.answering.set()
    try:
        await watched.reaches("cart_messages_unconfirmed", lambda waiting: waiting >= 2)
        assert "confirms" in await watched.until("/ready", lambda failing: "confirms" in failing)
        await watched.reaches("cart_outbox_age_seconds", lambda age: age > CONFIRM_SECONDS - 1)
        assert await watched.failing("/live") == []
    finally:
        watched.amqp.answering.set()
    assert (await watched.wire.reply(sent))["status"] in {"applied", "duplicate"}
    await watched.ready()
    await watched.reaches("cart_outbox_age_seconds", lambda age: age < 1)
    # A sign of life of our own may be on its way at any moment, for a little.
    await watched.reaches("cart_messages_unconfirmed", lambda many: many == 0)


@pytest.mark.parametrize("adapter", ADAPTERS)
async def test_lost_connections(amqp_url: str, mongo_url: str, tmp_path: Path, adapter: str) -> None:
    async with watched_worker(amqp_url, mongo_url, tmp_path, amqp_adapter=adapter) as watched:
        watched.amqp.refusing = True
        watched.amqp.cut()
        assert "connections" in await watched.until("/ready", lambda failing: "connections" in failing)
        assert await watched.failing("/live") == []
        await watched.reaches('cart_connected{connection="commands"}', lambda connected: connected == 0)
        shop = watched.shop()
        sent = await shop.send("get-cart", "c-1")
        assert await watched.value('cart_reconnects_total{connection="commands"}') == 0
        watched.amqp.refusing = False
        assert error_code(await watched.wire.reply(sent)) == "cart-not-found"
        await watched.ready()
        for connection in CONNECTIONS:
            assert await watched.value(f'cart_reconnects_total{{connection="{connection}"}}') == 1
            assert await watched.value(f'cart_connected{{connection="{connection}"}}') == 1
        assert await watched.process.stop() == 0
        assert all({"event", "level", "timestamp"} <= line.keys() for line in watched.lines())
        assert [line["event"] for line in watched.lines()][-1] == "worker_stopped"


async def test_a_worker_that_the_watchdog_ends_is_not_alive(amqp_url: str, mongo_url: str, tmp_path: Path) -> None:
    """The database takes the command and never answers, for longer than the watchdog waits."""
    async with watched_worker(amqp_url, mongo_url, tmp_path, stall_seconds=1.5, storage_timeout=6.0) as watched:
        watched.mongo.answering.clear()
        await watched.shop().send("create-cart", "c-1", CART)
        # On a busy machine the event loop may be late, too.
        assert "progress" in await watched.until("/live", lambda failing: "progress" in failing)
        assert await watched.value("cart_worker_stalled") == 1
        assert await watched.value("cart_worker_live") == 0
        assert await watched.process.ended() == 1
        assert "worker_stalled" in [line["event"] for line in watched.lines()]


async def test_a_long_queue_is_a_reason_if_somebody_says_so(amqp_url: str, mongo_url: str, tmp_path: Path) -> None:
    async with watched_worker(amqp_url, mongo_url, tmp_path, ready_lag=5, prefetch=2, storage_timeout=30.0) as watched:
        shop = watched.shop()
        await shop.stock()
        watched.mongo.answering.clear()
        sent = [await shop.send("create-cart", f"c-{number}", CART) for number in range(6)]
        assert "lag" in await watched.until("/ready", lambda failing: "lag" in failing)
        watched.mongo.answering.set()
        async with asyncio.timeout(PATIENCE):
            for each in sent:
                await watched.wire.reply(each)
        await watched.ready()
