"""What RabbitMQ's RPC tutorial does with pika, sent twice: `tutorial_pika.py ROUTING-KEY BODY`."""

import datetime
import os
import sys
import time
import uuid

import pika

connection = pika.BlockingConnection(pika.URLParameters(os.environ["CART_AMQP_URL"]))
channel = connection.channel()
queue = channel.queue_declare(queue="", exclusive=True).method.queue
answers = []
correlation_id = str(uuid.uuid4())


def on_answer(_channel, _method, properties, body):
    if properties.correlation_id == correlation_id:
        answers.append(body.decode())


channel.basic_consume(queue=queue, on_message_callback=on_answer, auto_ack=True)
set_now = {name: os.environ[name.upper()] for name in ("message_id", "content_type") if name.upper() in os.environ}
if "TIMES" in os.environ:
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=30)
    set_now |= {"headers": {"deadline": soon}, "timestamp": int(time.time()), "expiration": "500"}
if "CART_ID_NUMBER" in os.environ:
    set_now["headers"] = {"cart-id": 42}
properties = pika.BasicProperties(reply_to=queue, correlation_id=correlation_id, **set_now)
for number in (1, 2):
    channel.basic_publish(
        exchange=f"{os.environ['CART_PREFIX']}.commands",
        routing_key=sys.argv[1],
        properties=properties,
        body=sys.argv[2],
    )
    while len(answers) < number:
        connection.process_data_events(time_limit=None)
    print(answers[-1], flush=True)
connection.close()
