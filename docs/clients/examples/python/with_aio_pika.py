"""A catalog, a cart, a dry run, a conflict and the events, with aio-pika."""

import asyncio
import json
import os
import uuid

import aio_pika

URL = os.environ.get("CART_AMQP_URL", "amqp://guest:guest@localhost")
PREFIX = os.environ.get("CART_PREFIX", "cart")
TENANT = os.environ.get("CART_TENANT", "default")

OFFERINGS = [{"id": "mug", "name": "Mug"}, {"id": "kettle", "name": "Kettle"}]
PRICES = [
    {"id": "mug", "offeringId": "mug", "type": "one-time", "currency": "EUR", "amount": "9.90", "taxIncluded": True},
    {"id": "kettle", "offeringId": "kettle", "type": "one-time", "currency": "EUR", "amount": "89.00",
     "taxIncluded": True},
]  # fmt: skip
TWO_MUGS = {"items": [{"offeringId": "mug", "quantity": 2}]}
A_KETTLE = {"items": [{"offeringId": "kettle"}]}


class Refused(Exception):
    """The worker said no; nothing was written."""

    def __init__(self, error):
        super().__init__(f"{error['code']}: {error['message']} {error['problems']}")
        self.code = error["code"]
        self.details = error["details"]


class Carts:
    """Sends commands, many at once if need be, and waits for their replies."""

    def __init__(self):
        self.waiting = {}

    async def open(self, connection):
        """Take a channel that raises for what no queue takes, and listen for replies on it."""
        self.channel = await connection.channel(on_return_raises=True)
        self.commands = await self.channel.get_exchange(f"{PREFIX}.commands")
        replies = await self.channel.get_queue("amq.rabbitmq.reply-to", ensure=False)
        await replies.consume(self._on_reply, no_ack=True)

    async def call(self, kind, data, cart_id=None, **envelope):
        """Send a command until it is answered; raises Refused, or TimeoutError."""
        command = {"type": kind, "data": data, **envelope}
        if cart_id is not None:
            command["cartId"] = cart_id
        message_id = str(uuid.uuid4())  # made once for a command, however often it is sent: it takes effect once
        message = aio_pika.Message(
            json.dumps(command).encode(),
            message_id=message_id,
            correlation_id=message_id,
            reply_to="amq.rabbitmq.reply-to",
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            headers={"cart-id": cart_id or message_id},
        )
        answer = self.waiting[message_id] = asyncio.get_running_loop().create_future()
        try:
            for _ in range(3):
                await self.commands.publish(message, f"{TENANT}.{kind}", mandatory=True)
                await asyncio.wait([answer], timeout=10)
                if answer.done():
                    break
            else:
                raise TimeoutError(kind)
        finally:
            del self.waiting[message_id]
        reply = answer.result()
        if reply["type"] == "command-refused":
            raise Refused(reply["error"])
        return reply

    def _on_reply(self, message):
        answer = self.waiting.get(message.correlation_id)
        if answer is not None and not answer.done():
            answer.set_result(json.loads(message.body))


async def add_at(carts, cart_id, items, version):
    """Add items to the cart as it was seen; if somebody was faster, look again and repeat."""
    while True:
        try:
            return await carts.call("add-items", items, cart_id, version=version)
        except Refused as refused:
            if refused.code != "stale-version":
                raise
            print(f"stale: expected version {version}, the cart is at {refused.details['currentVersion']}")
            version = (await carts.call("get-cart", {}, cart_id))["version"]


async def main():
    async with await aio_pika.connect(URL) as connection:
        listening = await connection.channel()
        queue = await listening.declare_queue(exclusive=True)
        await queue.bind(f"{PREFIX}.events", f"{TENANT}.cart-updated")

        carts = Carts()
        await carts.open(connection)
        await carts.call("upsert-offerings", {"offerings": OFFERINGS})
        print("catalog at revision", (await carts.call("upsert-prices", {"prices": PRICES}))["catalogRevision"])
        created = await carts.call("create-cart", {"country": "FR", "currency": "EUR"})
        cart_id = created["cartId"]
        print("cart at version", created["version"])

        would_be = await carts.call("add-items", TWO_MUGS, cart_id, dryRun=True)
        print(f"dry run: version {would_be['version']}, {would_be['cart']['dueNow']['payable']} EUR would be due")

        await carts.call("add-items", A_KETTLE, cart_id)  # somebody else
        added = await add_at(carts, cart_id, TWO_MUGS, version=created["version"])
        print(f"applied: version {added['version']}, {added['cart']['dueNow']['payable']} EUR are due")

        async with queue.iterator() as messages:
            async for message in messages:
                async with message.process():
                    event = json.loads(message.body)
                if event["cartId"] == cart_id:
                    print(f"event: version {event['version']} by {event['commandType']}")
                    if event["version"] == added["version"]:
                        break


asyncio.run(main())
