"""The fast adapter: deliveries, confirms and acknowledgements pass the libraries by."""

from workers.amqp.tap.broker import TappedBroker
from workers.amqp.tap.publisher import TappedPublisher

__all__ = ["TappedBroker", "TappedPublisher"]
