"""The adapters by name: `tap` saves most of a command's time in AMQP, `plain` uses no library internals."""

from collections.abc import Callable
from dataclasses import dataclass

from workers.amqp.plain import PlainBroker, PlainPublisher
from workers.amqp.ports import Broker, Publisher
from workers.amqp.tap import TappedBroker, TappedPublisher


@dataclass(frozen=True, slots=True)
class Adapter:
    """How a worker gets its connections: see the two classes of each adapter for their arguments."""

    broker: Callable[..., Broker]
    publisher: Callable[..., Publisher]


ADAPTERS: dict[str, Adapter] = {
    "tap": Adapter(TappedBroker, TappedPublisher),
    "plain": Adapter(PlainBroker, PlainPublisher),
}
