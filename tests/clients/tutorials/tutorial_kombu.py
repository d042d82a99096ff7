"""What kombu's RPC example does, sent twice: `tutorial_kombu.py ROUTING-KEY BODY`.

The body is a dict, which kombu writes as JSON; with `AS_BYTES` set it is bytes.
The queue for answers has a UUID for a name, as in kombu's documentation, behind `REPLY_PREFIX`.
"""

import datetime
import json
import os
import sys
import time
import uuid

import kombu

with kombu.Connection(os.environ["CART_AMQP_URL"]) as connection:
    queue = kombu.Queue(os.environ.get("REPLY_PREFIX", "") + kombu.uuid(), exclusive=True, auto_delete=True)
    answers = []
    set_now = {name: os.environ[name.upper()] for name in ("message_id", "content_type") if name.upper() in os.environ}
    body = sys.argv[2].encode() if "AS_BYTES" in os.environ else json.loads(sys.argv[2])
    if "AS_BYTES" not in os.environ:
        set_now.pop("content_type", None)  # kombu's own, of JSON
    if "TIMES" in os.environ:
        soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=30)
        set_now |= {"headers": {"deadline": soon}, "timestamp": int(time.time()), "expiration": 0.5}
    if "CART_ID_NUMBER" in os.environ:
        set_now["headers"] = {"cart-id": 42}
    correlation_id = str(uuid.uuid4())
    consumer = kombu.Consumer(connection, [queue], on_message=answers.append, no_ack=True)
    with kombu.Producer(connection) as producer, consumer:
        for number in (1, 2):
            producer.publish(
                body,
                exchange=f"{os.environ['CART_PREFIX']}.commands",
                routing_key=sys.argv[1],
                reply_to=queue.name,
                correlation_id=correlation_id,
                **set_now,
            )
            while len(answers) < number:
                connection.drain_events()
            print(json.dumps(answers[-1].decode()), flush=True)
