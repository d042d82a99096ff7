"""A command's trace is its caller's, and goes on with its reply, its events and what follows from it."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from aio_pika.abc import AbstractIncomingMessage

from support.collector import Collector, Exported, collecting
from support.patience import until
from support.processes import WorkerProcess
from support.shop import Shop
from support.watching import Watched, watched_worker

PHONE = {"id": "i-1", "offeringId": "phone"}
CART = {"country": "FR", "currency": "EUR", "items": [PHONE]}
CALLER = "00f067aa0ba902b7"
STAGES = {"lane", "load", "decide", "commit", "publish"}


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="module")
async def traced(
    amqp_url: str, mongo_url: str, collector: Collector, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Watched]:
    """A worker that traces, told by OpenTelemetry's own variables where to."""
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "100"}
    folder = tmp_path_factory.mktemp("traced")
    async with watched_worker(amqp_url, mongo_url, folder, environment=variables, tracing=True) as traced:
        yield traced


@pytest.fixture
async def shop(traced: Watched) -> Shop:
    shop = traced.shop()
    await shop.stock()
    return shop


def called() -> tuple[str, dict[str, object]]:
    """A trace of a caller, and what it sends along."""
    trace = uuid4().hex
    return trace, {"headers": {"traceparent": f"00-{trace}-{CALLER}-01"}}


async def root_of(collector: Collector, trace: str) -> Exported:
    """The worker's own span in a trace, once it has ended."""

    def found() -> list[Exported]:
        return [each for each in collector.of(trace) if each.name.startswith("process")]

    await until(found)
    return found()[0]


async def test_reply_and_events_go_on_with_the_trace_of_the_caller(
    traced: Watched, shop: Shop, collector: Collector
) -> None:
    trace, sent = called()
    correlation = await shop.send("create-cart", "c-1", CART, message_id="m-1", properties=sent)
    reply = await traced.wire.replies.take(lambda message: message.correlation_id == correlation)
    (event,) = await shop.events(1, "c-1")
    root = await root_of(collector, trace)
    assert (root.name, root.parent, root.service) == ("process create-cart", CALLER, "cartwright")
    expected = {"cart.outcome": "applied", "cart.tenant": shop.tenant, "messaging.message.id": "m-1"}
    assert expected.items() <= root.attributes.items()
    assert reply.headers["traceparent"] == event.headers["traceparent"] == f"00-{trace}-{root.span}-01"
    stages = [each for each in collector.of(trace) if each is not root]
    assert {each.name for each in stages} == STAGES
    assert {each.parent for each in stages} == {root.span}
    assert all(0 <= each.seconds <= root.seconds for each in stages)


async def test_a_command_without_a_trace_begins_one(traced: Watched, shop: Shop, collector: Collector) -> None:
    correlation = await shop.send("get-cart", "nowhere", properties={"headers": {"traceparent": "nonsense"}})
    reply = await traced.wire.replies.take(lambda message: message.correlation_id == correlation)
    _, trace, span, _ = str(reply.headers["traceparent"]).split("-")
    root = await root_of(collector, trace)
    assert (root.span, root.parent) == (span, "")
    assert (root.attributes["cart.outcome"], root.attributes["error.type"]) == ("refused", "cart-not-found")


async def test_what_never_becomes_a_command_is_traced_too(traced: Watched, shop: Shop, collector: Collector) -> None:
    trace, sent = called()
    headers = {"cart-id": "c-1", **sent["headers"]}  # type: ignore[dict-item]
    correlation = await traced.wire.publish(f"{shop.tenant}.get-cart", b"{", message_id="x", headers=headers)
    reply = await traced.wire.replies.take(lambda message: message.correlation_id == correlation)
    root = await root_of(collector, trace)
    assert reply.headers["traceparent"] == f"00-{trace}-{root.span}-01"
    assert root.attributes["error.type"] == "malformed"


async def test_a_command_that_follows_is_in_the_same_trace(traced: Watched, shop: Shop, collector: Collector) -> None:
    """One of the two carts is the follow-up's; its event has a trace that began with the caller of the first."""
    await shop.cart(PHONE)
    first, second = await shop.cart(PHONE), await shop.cart(PHONE)
    trace, sent = called()
    reply = await shop.call("merge-carts", first, {"from": second}, properties=sent)
    assert reply["status"] == "applied", reply

    def wanted(event: AbstractIncomingMessage) -> bool:
        return event.type == "cart-updated" and str(event.headers.get("traceparent", ""))[3:35] == trace

    events = await traced.wire.events.wait(wanted, 2)
    assert {each.headers["cloudEvents:subject"] for each in events} == {first, second}
    await until(lambda: len([each for each in collector.of(trace) if each.name.startswith("process")]) == 2)


async def test_events_that_another_worker_publishes_are_in_the_trace(
    amqp_url: str, mongo_url: str, tmp_path: Path
) -> None:
    """The worker is killed between commit and events; the one that finds what it left traces nothing itself."""
    async with watched_worker(
        amqp_url, mongo_url, tmp_path, fail_point="before-events:1:SIGKILL", tracing=True
    ) as site:
        shop = site.shop()
        await shop.stock()
        trace, sent = called()
        correlation = await shop.send("create-cart", "c-1", CART, properties=sent)
        assert await site.process.ended() == -signal.SIGKILL
        assert not shop.heard("c-1")
        other = WorkerProcess(site.settings.model_copy(update={"tracing": False}), site.log)
        try:
            (event,) = await shop.events(1, "c-1")
            reply = await site.wire.replies.take(lambda message: message.correlation_id == correlation)
        finally:
            other.kill()
        assert str(event.headers["traceparent"]).split("-")[1] == trace
        assert "traceparent" not in reply.headers


def test_what_is_off_costs_no_import() -> None:
    script = "import sys, cli.app, workers.app; print({'opentelemetry.sdk', 'workers.tracing.otel'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert done.stdout == "set()\n"


def test_wanted_and_not_installed_is_said(tmp_path: Path) -> None:
    missing = "import sys; sys.modules['opentelemetry'] = None; from cli.app import app; app(['run'])"
    environment = {**os.environ, "CART_TRACING": "true", "CART_AMQP_URL": "amqp://x/", "CART_MONGO_URL": "mongodb://x/"}
    done = subprocess.run([sys.executable, "-c", missing], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert "the group tracing" in done.stderr
