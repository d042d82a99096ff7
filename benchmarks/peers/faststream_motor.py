"""Peer (a): one FastStream handler with Motor, as their documentation shows it."""

from typing import Any

from faststream import FastStream
from faststream.rabbit import (
    Channel,
    QueueType,
    RabbitBroker,
    RabbitExchange,
    RabbitMessage,
    RabbitQueue,
    RabbitResponse,
)
from motor.motor_asyncio import AsyncIOMotorClient

from benchmarks.peers.carrying import (
    AMQP_URL,
    DATABASE,
    EVENTS,
    MONGO_URL,
    PREFETCH,
    QUEUE,
    document_id,
    run,
    update,
)
from benchmarks.scene import TENANT, facts

FACTS = facts()
broker = RabbitBroker(AMQP_URL, default_channel=Channel(prefetch_count=PREFETCH))
app = FastStream(broker)
client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(MONGO_URL, w="majority", journal=True, tz_aware=True)
carts = client[DATABASE]["carts"]
commands = RabbitQueue(QUEUE, queue_type=QueueType.QUORUM, durable=True, declare=False)
exchange = RabbitExchange(EVENTS, declare=False)


@broker.subscriber(commands)
async def change_cart(body: dict[str, Any], message: RabbitMessage) -> RabbitResponse:
    """Find, change, replace by version, publish, reply; start again if the version was stale."""
    kind = (message.raw_message.routing_key or "").partition(".")[2]
    while True:
        document = await carts.find_one({"_id": document_id(body["cartId"])})
        if document is None:
            raise LookupError(body["cartId"])
        result = update(document, message.body, message.message_id, kind, FACTS)
        if result.document is None:
            break
        written = await carts.replace_one({"_id": document["_id"], "version": document["version"]}, result.document)
        if written.modified_count:
            break
    for event, event_body in result.events:
        await broker.publish(event_body, exchange=exchange, routing_key=f"{TENANT}.{event}", persist=True)
    return RabbitResponse(result.reply, persist=True)


if __name__ == "__main__":
    run(app.run())
