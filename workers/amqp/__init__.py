"""AMQP for the hot path: publish and consume with few frames, few writes and little Python per message."""

from cartwright.workers.amqp.consumer import CartBroker, Consumer
from cartwright.workers.amqp.decoding import Damage
from cartwright.workers.amqp.link import settle
from cartwright.workers.amqp.messages import Delivery, Outcome, Outgoing
from cartwright.workers.amqp.publisher import Publisher, PublisherClosed, PublisherFull

__all__ = [
    "CartBroker",
    "Consumer",
    "Damage",
    "Delivery",
    "Outcome",
    "Outgoing",
    "Publisher",
    "PublisherClosed",
    "PublisherFull",
    "settle",
]
