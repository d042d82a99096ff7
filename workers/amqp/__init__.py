"""AMQP: deliveries come in, messages go out with confirms. Behind `ports` there are two adapters, `tap` and `plain`."""

from workers.amqp.adapters import ADAPTERS, Adapter
from workers.amqp.messages import Damage, Delivery, Outcome, Outgoing, acknowledge
from workers.amqp.ports import Broker, Consumer, Publisher, PublisherClosed, PublisherFull

__all__ = [
    "ADAPTERS",
    "Adapter",
    "Broker",
    "Consumer",
    "Damage",
    "Delivery",
    "Outcome",
    "Outgoing",
    "Publisher",
    "PublisherClosed",
    "PublisherFull",
    "acknowledge",
]
