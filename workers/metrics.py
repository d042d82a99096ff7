"""Metrics for Prometheus, read off the worker when somebody asks; counting costs the hot path an addition."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Metric, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector


@dataclass(frozen=True, slots=True)
class Readings:
    """What a worker has counted since its start, and what there is of it now (`waiting`, `partitions`)."""

    commands: int
    groups: int
    waiting: int
    cache_hits: int
    cache_misses: int
    published: int
    unroutable: int
    partitions: int


class WorkerCollector(Collector):
    """Turns readings into metrics. The hit rate of the cart cache is hits over hits and misses."""

    def __init__(self, read: Callable[[], Readings]) -> None:
        self._read = read

    def collect(self) -> Iterable[Metric]:
        """All metrics of the worker."""
        now = self._read()
        yield CounterMetricFamily("cart_commands", "Commands taken off the lanes", now.commands)
        yield CounterMetricFamily("cart_groups", "Groups that commands were executed in", now.groups)
        yield GaugeMetricFamily("cart_commands_waiting", "Commands waiting in lanes", now.waiting)
        yield CounterMetricFamily("cart_cache_hits", "Carts found in the cache", now.cache_hits)
        yield CounterMetricFamily("cart_cache_misses", "Carts that had to be loaded", now.cache_misses)
        yield CounterMetricFamily("cart_messages_published", "Messages confirmed by the broker", now.published)
        yield CounterMetricFamily("cart_replies_unroutable", "Replies that nobody waited for", now.unroutable)
        yield GaugeMetricFamily("cart_partitions_owned", "Partitions that the worker owns", now.partitions)


@contextmanager
def serving(port: int, read: Callable[[], Readings]) -> Iterator[None]:
    """Serve the metrics at `/metrics` on this port for as long as the context lasts; port 0 serves nothing."""
    if port == 0:
        yield
        return
    registry = CollectorRegistry()
    registry.register(WorkerCollector(read))
    server, thread = start_http_server(port, registry=registry)
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
