"""The plain adapter: FastStream's subscriber and aio-pika's publishing as they come, for when the tap does not fit."""

from workers.amqp.plain.broker import PlainBroker
from workers.amqp.plain.publisher import PlainPublisher

__all__ = ["PlainBroker", "PlainPublisher"]
