"""The plain adapter: ordinary FastStream subscribers and aio-pika publishing, for when the tap does not fit."""

from workers.amqp.plain.broker import PlainBroker
from workers.amqp.plain.publisher import PlainPublisher

__all__ = ["PlainBroker", "PlainPublisher"]
