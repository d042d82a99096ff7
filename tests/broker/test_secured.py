"""TLS, client certificates and least permissions, as docs/security.md has them: from queue to reply."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import aio_pika
import pytest
from aiormq.exceptions import ChannelAccessRefused
from typer.testing import CliRunner, Result

from cartwright import CartClient
from cartwright.commands.cart import AddItems, CreateCart
from cartwright.wire.events import CartEvent
from cli.app import app
from storage.mongo.store import MongoStore
from support.patience import PATIENCE
from support.secured import PASSWORD, Secured, permissions, secured_servers
from support.shop import OFFERINGS, PRICES, TAXES
from workers.app import Worker
from workers.settings import Settings

CATALOG = {"upsert-taxes": {"taxes": TAXES}, "upsert-offerings": {"offerings": OFFERINGS}}


@pytest.fixture(scope="module")
async def secured(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Secured]:
    async with secured_servers(tmp_path_factory.mktemp("secured")) as servers:
        yield servers


@asynccontextmanager
async def working(secured: Secured, adapter: str = "tap", driver: str = "motor") -> AsyncIterator[Settings]:
    """A worker with its own login, and the usual names."""
    settings = Settings(
        amqp_url=secured.amqp_url("worker"),
        mongo_url=secured.mongo_url("worker"),
        amqp_adapter=adapter,
        mongo_driver=driver,
        storage_timeout=10,
    )
    url = settings.mongo_url.get_secret_value()
    worker = Worker(settings, MongoStore(url, settings.database, timeout=10, driver=settings.mongo_driver))
    await worker.start()
    try:
        yield settings
    finally:
        assert await worker.stop()


async def cart(secured: Secured, *arguments: str, **changed: str) -> Result:
    """Run `cart` as an operator."""
    given = {
        "CART_AMQP_URL": secured.amqp_url("operator"),
        "CART_MONGO_URL": secured.mongo_url("worker"),
        "CART_STORAGE_TIMEOUT": "10",
        **changed,
    }
    return await asyncio.to_thread(CliRunner().invoke, app, list(arguments), env=given)


def test_the_page_has_a_row_for_each_login() -> None:
    assert permissions().keys() == {"worker", "caller", "operator"}


@pytest.mark.parametrize(("adapter", "driver"), [("tap", "motor"), ("plain", "pymongo")])
async def test_a_command_goes_from_queue_to_reply(secured: Secured, adapter: str, driver: str) -> None:
    tenant = f"t{uuid4().hex[:8]}"
    async with (
        asyncio.timeout(PATIENCE),
        working(secured, adapter, driver),
        CartClient(secured.amqp_url("caller"), tenant=tenant) as carts,
        carts.events("cart-updated", queue=f"reply.events-{tenant}") as events,
    ):
        for kind, data in {**CATALOG, "upsert-prices": {"prices": PRICES}}.items():
            await carts.call(kind, data)
        created = await carts.create_cart(CreateCart(country="FR", currency="EUR"))
        await carts.add_items(created.cart_id, AddItems.model_validate({"items": [{"offeringId": "plan"}]}), version=1)
        shown = await carts.get_cart(created.cart_id)
        assert str(shown.cart.due_now.payable) == "10.00"
        heard = [await anext(events) for _ in range(2)]
        assert [each.version for each in heard if isinstance(each, CartEvent)] == [1, 2]


async def test_a_caller_with_a_reply_queue_of_its_own(secured: Secured) -> None:
    async with (
        asyncio.timeout(PATIENCE),
        working(secured),
        await aio_pika.connect(secured.amqp_url("caller")) as connection,
    ):
        channel = await connection.channel()
        replies = await channel.declare_queue(f"reply.{uuid4().hex}", exclusive=True)
        commands = await channel.get_exchange("cart.commands", ensure=False)
        body = json.dumps({"type": "get-cart", "cartId": "nowhere", "data": {}}).encode()
        message = aio_pika.Message(body, reply_to=replies.name, correlation_id="1", headers={"cart-id": "nowhere"})
        await commands.publish(message, "acme.get-cart")
        async with replies.iterator() as iterator:
            reply = await anext(iterator)
        assert json.loads(reply.body)["error"]["code"] == "cart-not-found"


@pytest.mark.parametrize("forbidden", ["read the queue", "declare a queue", "bind commands", "publish events"])
async def test_a_caller_may_do_no_more(secured: Secured, forbidden: str) -> None:
    async with working(secured), await aio_pika.connect(secured.amqp_url("caller")) as connection:
        channel = await connection.channel()

        async def attempt() -> None:
            if forbidden == "read the queue":
                await (await channel.get_queue("cart.commands.0", ensure=False)).get(fail=False)
            elif forbidden == "declare a queue":
                await channel.declare_queue("cart.mine")
            elif forbidden == "bind commands":
                queue = await channel.declare_queue(f"reply.{uuid4().hex}", exclusive=True)
                await queue.bind("cart.commands", "#")
            else:
                events = await channel.get_exchange("cart.events", ensure=False)
                await events.publish(aio_pika.Message(b"{}"), "acme.cart-updated")

        with pytest.raises(ChannelAccessRefused):
            await attempt()


async def test_an_operator_sees_what_is_to_be_seen_and_changes_the_partitions(secured: Secured) -> None:
    async with working(secured):
        examined = await cart(secured, "doctor", "--wait", "20")
        assert examined.exit_code == 0, examined.output
        for number in (2, 1):
            changed = await cart(secured, "partitions", "set", str(number))
            assert changed.exit_code == 0, changed.output
        assert "cart.commands.0" in (await cart(secured, "partitions")).output


WRONG = {
    "broker's CA": "certificate verify failed",
    "no certificate": "not reachable",
    "broker's password": "ACCESS_REFUSED",
    "database's CA": "certificate verify failed",
    "database's password": "the login failed",
}
"""What is wrong with a login, and what is said of it."""


def environment(secured: Secured, wrong: str) -> dict[str, str]:
    """The addresses, one of them wrong."""
    guess = "guessed@once"
    urls = {
        "broker's CA": {"CART_AMQP_URL": secured.amqp_url("worker", authority="stranger")},
        "no certificate": {"CART_AMQP_URL": secured.amqp_url("worker", certificate=False)},
        "broker's password": {"CART_AMQP_URL": secured.amqp_url("worker", password=guess)},
        "database's CA": {"CART_MONGO_URL": secured.mongo_url("worker", authority="stranger")},
        "database's password": {"CART_MONGO_URL": secured.mongo_url("worker", password=guess)},
    }
    return {
        "CART_AMQP_URL": secured.amqp_url("worker"),
        "CART_MONGO_URL": secured.mongo_url("worker"),
        "CART_STORAGE_TIMEOUT": "10",
        **urls[wrong],
    }


def shows_no_secret(output: str) -> bool:
    return not any(secret in output for secret in (PASSWORD, quote(PASSWORD, safe=""), "guessed@once", "guessed%40"))


@pytest.mark.parametrize("wrong", WRONG)
async def test_the_doctor_says_what_is_refused_without_secrets(secured: Secured, wrong: str) -> None:
    done = await cart(secured, "doctor", **environment(secured, wrong))
    assert done.exit_code == 1
    assert WRONG[wrong] in done.output
    assert shows_no_secret(done.output)


@pytest.mark.parametrize("wrong", ["broker's password", "database's CA"])
async def test_a_worker_that_is_refused_ends_with_one_line_without_secrets(secured: Secured, wrong: str) -> None:
    done = await run_program(Path(__file__).parents[2] / "bin" / "cart", "run", environment(secured, wrong))
    assert done.status == 3
    [line] = [line for line in done.output.splitlines() if line.startswith("cart: ")]
    assert WRONG[wrong] in line
    assert "Traceback" not in done.output
    assert shows_no_secret(done.output)


class Done:
    """How a program ended, and all that it wrote."""

    def __init__(self, status: int, output: str) -> None:
        self.status = status
        self.output = output


async def run_program(program: Path, command: str, given: dict[str, str]) -> Done:
    """Run `cart` as a process of its own: a worker has the logs of a process to itself."""
    root = str(program.parents[1])
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(program),
        command,
        env={**os.environ, "PYTHONPATH": root, **given},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(PATIENCE):
        output, _ = await process.communicate()
    return Done(process.returncode or 0, output.decode())
