"""Peer (b): bare aio-pika with PyMongo's async client, a task per message, one step after the other."""

import asyncio
from typing import Any

import aio_pika
import orjson
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractIncomingMessage
from pymongo import AsyncMongoClient

from benchmarks.peers.carrying import AMQP_URL, DATABASE, EVENTS, MONGO_URL, PREFETCH, QUEUE, document_id, run, update
from benchmarks.scene import TENANT, facts


async def main() -> None:
    """Consume until terminated."""
    known = facts()
    mongo: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(MONGO_URL, w="majority", journal=True, tz_aware=True)
    carts = mongo[DATABASE]["carts"]
    connection = await aio_pika.connect_robust(AMQP_URL)
    channel = await connection.channel()
    await channel.set_qos(PREFETCH)
    events = await channel.get_exchange(EVENTS)
    queue = await channel.get_queue(QUEUE)

    async def change_cart(message: AbstractIncomingMessage) -> None:
        cart_id = orjson.loads(message.body)["cartId"]
        kind = (message.routing_key or "").partition(".")[2]
        while True:
            document = await carts.find_one({"_id": document_id(cart_id)})
            if document is None:
                raise LookupError(cart_id)
            result = update(document, message.body, message.message_id or "", kind, known)
            if result.document is None:
                break
            key = {"_id": document["_id"], "version": document["version"]}
            if (await carts.replace_one(key, result.document)).modified_count:
                break
        for event, body in result.events:
            await events.publish(_persistent(body), f"{TENANT}.{event}")
        reply = _persistent(result.reply, message.correlation_id)
        await channel.default_exchange.publish(reply, message.reply_to or "")
        await message.ack()

    await queue.consume(change_cart)
    await asyncio.Future()


def _persistent(body: bytes, correlation_id: str | None = None) -> Message:
    return Message(
        body,
        content_type="application/json",
        delivery_mode=DeliveryMode.PERSISTENT,
        correlation_id=correlation_id,
    )


if __name__ == "__main__":
    run(main())
