"""Peer (d), the floor: the same messages in and out, confirms pipelined; no database, no decision, no pricing."""

import asyncio

import aio_pika
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractIncomingMessage

from benchmarks.peers.carrying import AMQP_URL, EVENTS, PREFETCH, QUEUE, change, run
from benchmarks.scene import SMALL, TENANT, cart, facts, quantity_changes


async def main() -> None:
    """Consume until terminated."""
    _, kind, command = next(quantity_changes(iter(["c-0"])))
    sample = change(cart(SMALL), command, "sample", kind, facts())
    connection = await aio_pika.connect_robust(AMQP_URL)
    channel = await connection.channel()
    await channel.set_qos(PREFETCH)
    events = await channel.get_exchange(EVENTS)
    queue = await channel.get_queue(QUEUE)

    async def answer(message: AbstractIncomingMessage) -> None:
        publishes = [events.publish(_persistent(body), f"{TENANT}.{event}") for event, body in sample.events]
        reply = _persistent(sample.reply, message.correlation_id)
        publishes.append(channel.default_exchange.publish(reply, message.reply_to or ""))
        await asyncio.gather(*publishes)
        await message.ack()

    await queue.consume(answer)
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
