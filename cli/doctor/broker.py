"""Checks the broker: reachable, with the consistent-hash plugin, its topology, and workers at every partition."""

from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import uuid4

from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import AMQPError, ChannelNotFoundEntity, ChannelPreconditionFailed

from cli.doctor.finding import Finding
from cli.exits import error_text
from storage.layout import Layout
from workers.amqp.connecting import connect
from workers.broker.topology import Exchange, Queue, Topology
from workers.settings import Settings

_SECONDS = 10
_NEARLY_FULL = 0.8


async def broker_findings(settings: Settings, layout: Layout | None) -> AsyncIterator[Finding]:
    """Check the broker of these settings; what is missing is not declared. `layout` is the stored one."""
    url = settings.amqp_url.get_secret_value()
    try:
        connection = await connect(url, _SECONDS)
    except (AMQPError, OSError) as error:
        yield Finding("broker", ok=False, detail=f"not reachable: {error_text(error)}")
        return
    topology = Topology(settings, layout)
    async with connection:
        yield Finding("broker", ok=True, detail="reachable")
        yield await plugin_finding(url, needed=topology.count > 1)
        yield _number(topology)
        yield await _declared(connection, topology)
        yield await _consumed(connection, topology)
        yield await _parking(connection, topology)


def _number(topology: Topology) -> Finding:
    """How many partitions are in use; a setting that says something else does no harm, and has no effect."""
    layout, wanted = topology.layout, topology.settings.partitions
    detail = f"{topology.count} in use"
    if layout is not None and layout.changing:
        detail = f"changing from {layout.partitions} to {layout.following} ({layout.phase.value})"
    elif "partitions" in topology.settings.model_fields_set and wanted != topology.count:
        detail += f"; CART_PARTITIONS={wanted} has no effect any more: cart partitions set {wanted}"
    return Finding("partitions", ok=True, detail=detail)


async def plugin_finding(url: str, *, needed: bool) -> Finding:
    """Declare and delete a consistent-hash exchange; without the plugin the broker closes the connection."""
    connection = await connect(url, _SECONDS)
    try:
        channel = await connection.channel()
        probe = await channel.declare_exchange(f"doctor-{uuid4().hex}", "x-consistent-hash", auto_delete=True)
        await probe.delete()
    except AMQPError:
        detail = "run 'rabbitmq-plugins enable rabbitmq_consistent_hash_exchange'" if needed else "off; not needed"
        return Finding("consistent-hash plugin", ok=not needed, detail=detail)
    finally:
        await connection.close()
    return Finding("consistent-hash plugin", ok=True, detail="on")


async def _declared(connection: AbstractConnection, topology: Topology) -> Finding:
    wrong = []
    for exchange in topology.exchanges():
        wrong += await _difference(connection, exchange.name, _exchange_declarations(exchange))
    for queue in topology.queues():
        wrong += await _difference(connection, queue.name, _queue_declarations(queue))
    return Finding("topology", ok=not wrong, detail=", ".join(wrong) or "declared as these settings want it")


Declarations = tuple[Callable[[AbstractChannel], Awaitable[object]], Callable[[AbstractChannel], Awaitable[object]]]
"""Check that it exists, then declare it as it should be, which fails if it differs."""


async def _difference(connection: AbstractConnection, name: str, declarations: Declarations) -> list[str]:
    for declare in declarations:
        # A failed declaration closes its channel.
        async with await connection.channel() as channel:
            try:
                await declare(channel)
            except ChannelNotFoundEntity:
                return [f"{name} is missing"]
            except ChannelPreconditionFailed:
                return [f"{name} differs"]
    return []


def _exchange_declarations(exchange: Exchange) -> Declarations:
    return (
        lambda channel: channel.declare_exchange(exchange.name, passive=True),
        lambda channel: channel.declare_exchange(
            exchange.name, exchange.kind, durable=True, arguments=exchange.arguments or None
        ),
    )


def _queue_declarations(queue: Queue) -> Declarations:
    arguments = {**queue.kind, **queue.arguments}
    return (
        lambda channel: channel.declare_queue(queue.name, passive=True),
        lambda channel: channel.declare_queue(queue.name, durable=True, arguments=arguments),
    )


async def _consumed(connection: AbstractConnection, topology: Topology) -> Finding:
    idle = []
    for name in map(topology.partition, topology.consumed):
        async with await connection.channel() as channel:
            try:
                queue = await channel.declare_queue(name, passive=True)
            except ChannelNotFoundEntity:
                idle.append(name)
                continue
            if not queue.declaration_result.consumer_count:
                idle.append(name)
    return Finding(
        "workers", ok=not idle, detail=f"nobody consumes {', '.join(idle)}" if idle else "at every partition"
    )


async def _parking(connection: AbstractConnection, topology: Topology) -> Finding:
    """Wrong once it is nearly full: when it is, what can't be answered or applied waits."""
    limit = topology.settings.parking_messages
    async with await connection.channel() as channel:
        try:
            queue = await channel.declare_queue(topology.parking, passive=True)
        except ChannelNotFoundEntity:
            return Finding("parking", ok=False, detail=f"{topology.parking} is missing")
        parked = queue.declaration_result.message_count or 0
    if not parked:
        return Finding("parking", ok=True, detail="empty")
    detail = f"{parked} messages, of at most {limit}; 'cart parking list' says why"
    return Finding("parking", ok=parked < limit * _NEARLY_FULL, detail=detail)
