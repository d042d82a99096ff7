"""AMQP: deliveries come in, messages go out with confirms. Behind `ports` there are two adapters, `tap` and `plain`."""

from workers.amqp.adapters import ADAPTERS, Adapter
from workers.amqp.messages import Acknowledges, Damage, Delivery, Outcome, Outgoing
from workers.amqp.ports import Broker, Consumer, OpenChannel, Publisher, PublisherClosed, PublisherFull

__all__ = [
    "ADAPTERS",
    "Acknowledges",
    "Adapter",
    "Broker",
    "Consumer",
    "Damage",
    "Delivery",
    "OpenChannel",
    "Outcome",
    "Outgoing",
    "Publisher",
    "PublisherClosed",
    "PublisherFull",
]
