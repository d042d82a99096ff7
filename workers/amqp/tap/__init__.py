"""The fast adapter: deliveries, confirms and acknowledgements bypass the libraries."""

from workers.amqp.tap.broker import TappedBroker
from workers.amqp.tap.publisher import TappedPublisher

__all__ = ["TappedBroker", "TappedPublisher"]
