"""Direct reply addresses as brokers of several ages make them, and what becomes of one that is tampered with."""

import asyncio
import base64
import json
import struct
from typing import Any

import aio_pika

from support.patience import PATIENCE
from support.shop import Shop, error_code

PREFIX = "amq.rabbitmq.reply-to."
KEY = "sqSAU7Qf7/PF9I8k5CPEQw=="


def address(process: bytes, key: str = KEY) -> str:
    """The address of a channel, given as an encoded process id."""
    return f"{PREFIX}{base64.b64encode(process).decode()}.{key}"


def process_of(real: str) -> bytes:
    """The encoded process id of an address."""
    return base64.b64decode(real.removeprefix(PREFIX).partition(".")[0])


def process(node: bytes, number: int = 715, serial: int = 0, creation: int = 1795874953) -> bytes:
    """A process id as RabbitMQ 3.9 to 4.x write it; the node is `reply@` and a hash."""
    return b"\x83Xv" + struct.pack(">H", len(node)) + node + struct.pack(">III", number, serial, creation)


def old_process(node: bytes, number: int = 715, creation: int = 3) -> bytes:
    """A process id as RabbitMQ before 3.9 wrote it on an old Erlang."""
    return b"\x83gd" + struct.pack(">H", len(node)) + node + struct.pack(">IIB", number, 0, creation)


def with_node(real: str, node: bytes) -> str:
    """A real address, but for the node."""
    raw = process_of(real)
    size = struct.unpack(">H", raw[3:5])[0]
    return address(raw[:3] + struct.pack(">H", len(node)) + node + raw[5 + size :])


def with_numbers(real: str, number: int, serial: int) -> str:
    """A real address, but for the number and serial of the process."""
    raw = process_of(real)
    return address(raw[:-12] + struct.pack(">II", number, serial) + raw[-4:])


def tampered(real: str) -> dict[str, str]:
    """Addresses made from a real one that nobody may be answered at, by what was done to it.

    RabbitMQ 3.10 closes the connection of whoever publishes to most of them.
    """
    channel, key = real.removeprefix(PREFIX).split(".")
    raw = process_of(real)
    return {
        "no suffix": PREFIX[:-1],
        "an empty suffix": PREFIX,
        "one word": f"{PREFIX}garbage",
        "two words": f"{PREFIX}garbage.key",
        "no key": PREFIX + channel,
        "an empty key": f"{PREFIX}{channel}.",
        "no channel": f"{PREFIX}.{key}",
        "three parts": f"{real}.x",
        "an exchange": f"{real}|x",
        "no padding": f"{PREFIX}{channel.rstrip('=')}x.{key}",
        "too much padding": f"{PREFIX}{channel}==.{key}",
        "a line break": f"{PREFIX}{channel[:8]}\n{channel[8:]}.{key}",
        "a long key": f"{PREFIX}{channel}.{'k' * (254 - len(PREFIX + channel))}",
        "a long channel": address(raw[:-12] + b"x" * 90 + raw[-12:]),
        "no process id": address(b"\x83k\x00\x01a"),
        "nothing at all": address(b""),
        "no term": address(b"\x82" + raw[1:]),
        "something behind it": address(raw + b"x"),
        "something missing": address(raw[:-1]),
        "a node without a host": with_node(real, b"reply"),
        "a node with two hosts": with_node(real, b"reply@1@2"),
        "a node of no letters": with_node(real, b"\xff\xfe@1"),
    }


def not_of_this_broker(real: str) -> dict[str, str]:
    """Well-formed addresses that only the broker can tell from real ones; it closes connections over them too."""
    return {
        "another node": with_node(real, b"reply@12345"),
        "a node's name": with_node(real, b"rabbit@elsewhere"),
        "an old address": address(old_process(b"rabbit@elsewhere")),
        "a large number": with_numbers(real, 2**32 - 1, 0),
        "a large serial": with_numbers(real, 7, 2**31),
    }


class Caller:
    """Somebody who is answered directly."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.replies: asyncio.Queue[str] = asyncio.Queue()

    async def listen(self) -> str:
        """Listen for direct replies, and return the address that the broker makes for them."""
        self.channel = await self.shop.wire._connection.channel(publisher_confirms=False)
        queue = await self.channel.get_queue("amq.rabbitmq.reply-to", ensure=False)
        await queue.consume(self._take, no_ack=True)
        asking = await self.channel.declare_queue(exclusive=True)
        message = aio_pika.Message(b"", reply_to="amq.rabbitmq.reply-to")
        await self.channel.default_exchange.publish(message, asking.name)
        found = await asking.get(no_ack=True, timeout=PATIENCE)
        assert found is not None
        return str(found.reply_to)

    async def _take(self, message: Any) -> None:
        reply = json.loads(message.body)
        await self.replies.put(reply.get("status") or error_code(reply))
