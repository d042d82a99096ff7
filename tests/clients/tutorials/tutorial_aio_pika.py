"""What RabbitMQ's RPC tutorial does with aio-pika, sent twice: `tutorial_aio_pika.py ROUTING-KEY BODY`."""

import asyncio
import datetime
import os
import sys
import uuid

import aio_pika


async def main():
    connection = await aio_pika.connect(os.environ["CART_AMQP_URL"])
    channel = await connection.channel()
    queue = await channel.declare_queue(exclusive=True)
    exchange = await channel.get_exchange(f"{os.environ['CART_PREFIX']}.commands")
    answers = asyncio.Queue()
    await queue.consume(answers.put, no_ack=True)
    set_now = {"message_id": os.environ.get("MESSAGE_ID")}
    if "TIMES" in os.environ:
        now = datetime.datetime.now(datetime.UTC)
        soon = now + datetime.timedelta(seconds=30)
        set_now |= {"headers": {"deadline": soon}, "timestamp": now, "expiration": 0.5}
    if "CART_ID_NUMBER" in os.environ:
        set_now["headers"] = {"cart-id": 42}
    message = aio_pika.Message(
        sys.argv[2].encode(),
        content_type=os.environ.get("CONTENT_TYPE", "text/plain"),
        correlation_id=str(uuid.uuid4()),
        reply_to=queue.name,
        **set_now,
    )
    for _ in range(2):
        await exchange.publish(message, routing_key=sys.argv[1])
        print((await answers.get()).body.decode(), flush=True)
    await connection.close()


asyncio.run(main())
