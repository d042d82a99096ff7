"""Checks the broker: reachable, with the consistent-hash plugin, its topology, and workers at every partition."""

from collections.abc import AsyncIterator

from cli.doctor.finding import Finding
from cli.exits import error_text
from storage.layout import Layout
from workers.amqp import OpenChannel
from workers.amqp.answering import LOST
from workers.broker.asking import asking, counts, waiting
from workers.broker.declaration import ENABLE_PLUGIN, difference, has_consistent_hashing
from workers.broker.topology import Exchange, Queue, Topology
from workers.settings import Settings

_NEARLY_FULL = 0.8


async def broker_findings(settings: Settings, layout: Layout | None) -> AsyncIterator[Finding]:
    """Check the broker of these settings; what is missing is not declared. `layout` is the stored one."""
    url = settings.amqp_url.get_secret_value()
    topology = Topology(settings, layout)
    try:
        plugin = _plugin(on=await has_consistent_hashing(url), needed=topology.count > 1)
    except LOST as error:
        yield Finding("broker", ok=False, detail=f"not reachable: {error_text(error)}")
        return
    yield Finding("broker", ok=True, detail="reachable")
    yield plugin
    yield _number(topology)
    async with asking(url) as open_channel:
        yield await _declared(open_channel, topology)
        yield await _consumed(open_channel, topology)
        yield await _parking(open_channel, topology)


def _plugin(*, on: bool, needed: bool) -> Finding:
    detail = "on" if on else f"run '{ENABLE_PLUGIN}'" if needed else "off; not needed"
    return Finding("consistent-hash plugin", ok=on or not needed, detail=detail)


def _number(topology: Topology) -> Finding:
    """How many partitions are in use; a setting that says something else does no harm, and has no effect."""
    layout, wanted = topology.layout, topology.settings.partitions
    detail = f"{topology.count} in use"
    if layout is not None and layout.changing:
        detail = f"changing from {layout.partitions} to {layout.following} ({layout.phase.value})"
    elif "partitions" in topology.settings.model_fields_set and wanted != topology.count:
        detail += f"; CART_PARTITIONS={wanted} has no effect any more: cart partitions set {wanted}"
    return Finding("partitions", ok=True, detail=detail)


async def _declared(open_channel: OpenChannel, topology: Topology) -> Finding:
    parts: tuple[Exchange | Queue, ...] = (*topology.exchanges(), *topology.queues())
    wrong = [found for each in parts if (found := await difference(open_channel, each)) is not None]
    return Finding("topology", ok=not wrong, detail=", ".join(wrong) or "declared as these settings want it")


async def _consumed(open_channel: OpenChannel, topology: Topology) -> Finding:
    idle = []
    for name in map(topology.partition, topology.consumed):
        found = await counts(open_channel, name)
        if found is None or not found.consumers:
            idle.append(name)
    return Finding(
        "workers", ok=not idle, detail=f"nobody consumes {', '.join(idle)}" if idle else "at every partition"
    )


async def _parking(open_channel: OpenChannel, topology: Topology) -> Finding:
    """Wrong once it is nearly full: when it is, what can't be answered or applied waits."""
    limit, parked = topology.settings.parking_messages, await waiting(open_channel, topology.parking)
    if parked is None:
        return Finding("parking", ok=False, detail=f"{topology.parking} is missing")
    if not parked:
        return Finding("parking", ok=True, detail="empty")
    detail = f"{parked} messages, of at most {limit}; 'cart parking list' says why"
    return Finding("parking", ok=parked < limit * _NEARLY_FULL, detail=detail)
