"""Takes off the broker what a test's workers have declared."""

from aio_pika.abc import AbstractChannel

from workers.broker.topology import INTERIM, Topology
from workers.settings import Settings

MOST_PARTITIONS = 8
"""No test has more; it may change their number."""


async def remove_topology(channel: AbstractChannel, settings: Settings) -> None:
    """Delete the queues and exchanges of the prefix, with those of any number of partitions."""
    topology = Topology(settings)
    partitions = [topology.partition(number) for number in (INTERIM, *range(MOST_PARTITIONS))]
    for queue in [*partitions, *(each.name for each in topology.queues())]:
        await channel.queue_delete(queue)
    for exchange in [topology.partitioner, topology.switch, *(each.name for each in topology.exchanges())]:
        await channel.exchange_delete(exchange)
