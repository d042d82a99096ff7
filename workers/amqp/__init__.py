"""AMQP for the hot path: publish and consume with few frames, few writes and little Python per message."""

from workers.amqp.consumer import CartBroker, Consumer
from workers.amqp.decoding import Damage
from workers.amqp.link import settle
from workers.amqp.messages import Delivery, Outcome, Outgoing
from workers.amqp.publisher import Publisher, PublisherClosed, PublisherFull

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
