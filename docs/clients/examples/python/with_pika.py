"""A catalog, a cart, a dry run, a conflict and the events, with pika."""

import json
import os
import time
import uuid

import pika

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
    """Sends commands, one after the other, and waits for their replies."""

    def __init__(self, connection):
        self.channel = connection.channel()
        self.channel.confirm_delivery()  # publishing waits for the broker; UnroutableError if no queue takes it
        self.replies = {}
        self.channel.basic_consume("amq.rabbitmq.reply-to", self._on_reply, auto_ack=True)

    def call(self, kind, data, cart_id=None, **envelope):
        """Send a command until it is answered; raises Refused, or TimeoutError."""
        command = {"type": kind, "data": data, **envelope}
        if cart_id is not None:
            command["cartId"] = cart_id
        message_id = str(uuid.uuid4())  # made once for a command, however often it is sent: it takes effect once
        properties = pika.BasicProperties(
            message_id=message_id,
            correlation_id=message_id,
            reply_to="amq.rabbitmq.reply-to",
            content_type="application/json",
            delivery_mode=pika.DeliveryMode.Persistent.value,
            headers={"cart-id": cart_id or message_id},
        )
        for _ in range(3):
            self.channel.basic_publish(
                f"{PREFIX}.commands", f"{TENANT}.{kind}", json.dumps(command), properties, mandatory=True
            )
            reply = self._wait_for(message_id, seconds=10)
            if reply is None:
                continue
            if reply["type"] == "command-refused":
                raise Refused(reply["error"])
            return reply
        raise TimeoutError(kind)

    def _on_reply(self, _channel, _method, properties, body):
        self.replies[properties.correlation_id] = json.loads(body)

    def _wait_for(self, message_id, seconds):
        until = time.monotonic() + seconds
        while message_id not in self.replies and time.monotonic() < until:
            self.channel.connection.process_data_events(time_limit=0.2)
        return self.replies.pop(message_id, None)


def add_at(carts, cart_id, items, version):
    """Add items to the cart as it was seen; if somebody was faster, look again and repeat."""
    while True:
        try:
            return carts.call("add-items", items, cart_id, version=version)
        except Refused as refused:
            if refused.code != "stale-version":
                raise
            print(f"stale: expected version {version}, the cart is at {refused.details['currentVersion']}")
            version = carts.call("get-cart", {}, cart_id)["version"]


def main():
    with pika.BlockingConnection(pika.URLParameters(URL)) as connection:
        listening = connection.channel()
        queue = listening.queue_declare("", exclusive=True).method.queue
        listening.queue_bind(queue, f"{PREFIX}.events", f"{TENANT}.cart-updated")

        carts = Carts(connection)
        carts.call("upsert-offerings", {"offerings": OFFERINGS})
        print("catalog at revision", carts.call("upsert-prices", {"prices": PRICES})["catalogRevision"])
        created = carts.call("create-cart", {"country": "FR", "currency": "EUR"})
        cart_id = created["cartId"]
        print("cart at version", created["version"])

        would_be = carts.call("add-items", TWO_MUGS, cart_id, dryRun=True)
        print(f"dry run: version {would_be['version']}, {would_be['cart']['dueNow']['payable']} EUR would be due")

        carts.call("add-items", A_KETTLE, cart_id)  # somebody else
        added = add_at(carts, cart_id, TWO_MUGS, version=created["version"])
        print(f"applied: version {added['version']}, {added['cart']['dueNow']['payable']} EUR are due")

        for method, _, body in listening.consume(queue):
            event = json.loads(body)
            if event["cartId"] == cart_id:
                print(f"event: version {event['version']} by {event['commandType']}")
            listening.basic_ack(method.delivery_tag)
            if event["cartId"] == cart_id and event["version"] == added["version"]:
                break


main()
