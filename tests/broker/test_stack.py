"""A stack comes from nothing, survives being harmed, and leaves nothing."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import aio_pika
import pytest
from pymongo import AsyncMongoClient, WriteConcern

from stack import LocalStack, Stack, StackError, start_local, start_stack
from stack.guard import marked
from support.patience import PATIENCE

WRITTEN = [{"_id": "c-1"}]


async def _cache_bytes(mongo_url: str) -> int:
    async with AsyncMongoClient(mongo_url) as client:
        status = await client.admin.command("serverStatus")
    return int(status["wiredTiger"]["cache"]["maximum bytes configured"])


async def _written(mongo_url: str, database: str) -> list[dict[str, str]]:
    async with AsyncMongoClient(mongo_url, timeoutMS=10_000) as client:
        carts = client[database].get_collection("carts", write_concern=WriteConcern("majority", j=True))
        await carts.insert_one({"_id": "c-1"})
        return await carts.find({}).to_list()


async def _publish(amqp_url: str, queue_name: str, body: bytes) -> None:
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(queue_name, durable=True)
        message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, routing_key=queue.name)


async def _consume(amqp_url: str, queue_name: str) -> bytes:
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(queue_name, durable=True, passive=True)
        message = await queue.get(timeout=PATIENCE)
        assert message is not None
        await message.ack()
        return message.body


async def test_the_broker_carries_a_message(amqp_url: str, prefix: str) -> None:
    await _publish(amqp_url, prefix, b"hello")
    assert await _consume(amqp_url, prefix) == b"hello"


async def test_the_broker_knows_the_consistent_hash_exchange(amqp_url: str, prefix: str) -> None:
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        exchange = await channel.declare_exchange(prefix, "x-consistent-hash")
        await exchange.delete()


async def test_the_database_takes_a_majority_write(mongo_url: str, database_name: str) -> None:
    assert await _written(mongo_url, database_name) == WRITTEN


async def test_two_stacks_run_side_by_side_and_leave_nothing() -> None:
    stacks = await asyncio.gather(start_local(), start_local(cache_gb=0.5))
    try:
        for number, stack in enumerate(stacks):
            await _publish(stack.amqp_url, "own", b"%d" % number)
            assert await _written(stack.mongo_url, "own") == WRITTEN
        assert [await _consume(stack.amqp_url, "own") for stack in stacks] == [b"0", b"1"]
        assert [await _cache_bytes(stack.mongo_url) for stack in stacks] == [256 << 20, 512 << 20]
    finally:
        await asyncio.gather(*(stack.stop() for stack in stacks))
    assert not any(marked(stack.folder) or stack.folder.exists() for stack in stacks)


@pytest.fixture(scope="module")
async def private_stack():
    stack = await start_local(in_memory=True)
    yield stack
    await stack.stop()


async def test_a_killed_broker_comes_back_with_its_messages(private_stack: LocalStack, prefix: str) -> None:
    await _publish(private_stack.amqp_url, prefix, b"kept")
    # Only the next declaration makes sure of the last one: see Stack.kill_broker.
    await _publish(private_stack.amqp_url, f"{prefix}-next", b"not asked for")
    await private_stack.kill_broker()
    address = urlsplit(private_stack.amqp_url)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(address.hostname, address.port)
    with socket.socket() as other, pytest.raises(OSError, match="in use"):  # its port stays its own
        other.bind((address.hostname, address.port))
    await private_stack.restart_broker()
    assert await _consume(private_stack.amqp_url, prefix) == b"kept"


async def test_a_killed_database_comes_back_with_its_documents(private_stack: LocalStack) -> None:
    assert await _written(private_stack.mongo_url, "killed") == WRITTEN
    await private_stack.kill_database()
    await private_stack.restart_database()
    async with AsyncMongoClient(private_stack.mongo_url) as client:
        assert await client["killed"]["carts"].count_documents({}) == 1


async def test_a_frozen_database_answers_when_thawed(private_stack: LocalStack) -> None:
    private_stack.freeze_database()
    writing = asyncio.create_task(_written(private_stack.mongo_url, "frozen"))
    done, _ = await asyncio.wait([writing], timeout=1)
    assert not done
    private_stack.thaw_database()
    assert await writing == WRITTEN


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_a_stack_ends_with_its_owner(end: signal.Signals) -> None:
    program = (
        "import asyncio\n"
        "from stack import start_local\n"
        "async def own():\n"
        "    stack = await start_local()\n"
        "    print(stack.folder, flush=True)\n"
        "    await asyncio.sleep(600)\n"
        "asyncio.run(own())\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as owner:
        folder = Path(owner.stdout.readline().strip())
        assert len(marked(folder)) >= 2
        os.kill(owner.pid, end)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and (folder.exists() or marked(folder)):
        time.sleep(0.05)
    assert not folder.exists()
    assert not marked(folder)


async def test_a_server_that_does_not_come_up_is_an_error_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "mongod"
    broken.write_text("#!/bin/sh\necho no such library; exit 3\n")
    broken.chmod(0o755)
    monkeypatch.setattr("stack.local.find_mongod", lambda: broken)
    folder = tmp_path / "stack"
    with pytest.raises(StackError, match="no such library"):
        await start_local(folder=folder)
    assert not folder.exists()
    assert not marked(folder)


async def test_servers_named_by_the_environment_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CART_AMQP_URL", "amqp://broker/")
    monkeypatch.setenv("CART_MONGO_URL", "mongodb://database/")
    stack = await start_stack()
    assert (stack.origin, stack.amqp_url, stack.mongo_url) == (
        "environment",
        "amqp://broker/",
        "mongodb://database/",
    )


async def test_half_an_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CART_AMQP_URL", "amqp://broker/")
    monkeypatch.delenv("CART_MONGO_URL", raising=False)
    with pytest.raises(StackError, match="set both or neither"):
        await start_stack()


async def test_only_a_local_stack_can_be_harmed() -> None:
    with pytest.raises(StackError, match="environment"):
        await Stack("environment", "amqp://broker/", "mongodb://database/").kill_broker()


def test_a_stack_that_stays_is_taken_up_once_and_down_again(tmp_path: Path) -> None:
    def call(command: str) -> subprocess.CompletedProcess[str]:
        arguments = [sys.executable, "-m", "stack", command]
        return subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=False)

    try:
        first, second, third = call("up"), call("up"), call("status")
        assert first.returncode == 0, first.stderr
        assert first.stdout.startswith("export CART_AMQP_URL=amqp://")
        assert first.stdout == second.stdout == third.stdout
    finally:
        call("down")
    assert call("status").returncode == 1
    assert not marked(tmp_path / ".stack")
    assert not (tmp_path / ".stack").exists()
