"""The first layout of partitions: what is on the broker already, or else what the settings want."""

import structlog

from storage.layout import Layout, Phase
from storage.ports import Layouts
from workers.amqp import OpenChannel
from workers.broker.asking import asking, waiting
from workers.broker.routes import ALL
from workers.broker.topology import INTERIM, Topology
from workers.settings import Settings

_log = structlog.get_logger(__name__)


async def established(url: str, settings: Settings, layouts: Layouts) -> Layout:
    """The stored layout; if there is none, the first one is stored.

    Raises StorageUnavailable, and AMQPError or OSError if there is no broker.
    """
    while (stored := await layouts.read(settings.prefix)) is None:
        await layouts.write(settings.prefix, await _found(url, Topology(settings)))
    return stored


async def reconciled(url: str, settings: Settings, layouts: Layouts, layout: Layout) -> Layout:
    """The layout; if there are queues beyond it, a change has begun after which there are none.

    A database that was restored from a backup may know of fewer partitions than the broker has. Raises what
    `established` does.
    """
    if layout.changing:
        return layout
    async with asking(url) as open_channel:
        count = await _counted(open_channel, Topology(settings), layout.partitions)
    if count == layout.partitions:
        return layout
    _log.warning("queues_beyond_the_layout", queues=count, partitions=layout.partitions, consequence="they are drained")
    await layouts.write(settings.prefix, Layout(layout.revision + 1, count, Phase.PREPARING, layout.partitions))
    return await established(url, settings, layouts)


async def _found(url: str, topology: Topology) -> Layout:
    """Queues that exist get readers, whatever the settings say: callers' commands may be in them."""
    async with asking(url) as open_channel:
        count = await _counted(open_channel, topology, 0)
        if await waiting(open_channel, topology.partition(INTERIM)) is not None:
            # A change was under way, and the database has forgotten it.
            return Layout(1, max(count, 1), Phase.LEAVING, max(count, 1))
        if count > 1:
            # A worker of an earlier release may have been started with one partition: then the first queue got all.
            channel = await open_channel()
            await channel.queue_unbind(topology.partition(0), topology.commands, ALL)
            await channel.close()
    return Layout(1, count or topology.count)


async def _counted(open_channel: OpenChannel, topology: Topology, known: int) -> int:
    """How many queues of partitions there are without a gap, if those of so many are known to be there."""
    while await waiting(open_channel, topology.partition(known)) is not None:
        known += 1
    return known


def report_difference(settings: Settings, layout: Layout) -> None:
    """Say so in the log if the settings name another number of partitions than the one in use."""
    if "partitions" in settings.model_fields_set and settings.partitions not in {layout.partitions, layout.following}:
        _log.warning(
            "partitions_differ",
            setting=settings.partitions,
            in_use=layout.partitions,
            remedy=f"cart partitions set {settings.partitions}, or leave CART_PARTITIONS out: it counts at first only",
        )
