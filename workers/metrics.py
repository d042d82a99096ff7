"""Metrics for Prometheus, and whether the worker is ready, read when requested.

Counting costs the hot path one addition.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from prometheus_client import CollectorRegistry, Metric, make_wsgi_app
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector


@dataclass(frozen=True, slots=True)
class Readings:
    """A worker's counters since its start, and current values (such as `waiting`, `partitions`)."""

    commands: int
    groups: int
    waiting: int
    batch_waiting: int
    cache_hits: int
    cache_misses: int
    published: int
    unroutable: int
    parked: Mapping[str, int]
    parking_messages: int
    parking_limit: int
    partitions: int
    ready: bool
    stalled: bool


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
        yield GaugeMetricFamily("cart_batch_commands_waiting", "Commands of jobs waiting in lanes", now.batch_waiting)
        yield CounterMetricFamily("cart_cache_hits", "Carts found in the cache", now.cache_hits)
        yield CounterMetricFamily("cart_cache_misses", "Carts that had to be loaded", now.cache_misses)
        yield CounterMetricFamily("cart_messages_published", "Messages confirmed by the broker", now.published)
        yield CounterMetricFamily("cart_replies_unroutable", "Replies that nobody waited for", now.unroutable)
        parked = CounterMetricFamily("cart_messages_parked", "Messages that the worker parked", labels=["code"])
        for code, messages in now.parked.items():
            parked.add_metric([code], messages)
        yield parked
        yield GaugeMetricFamily("cart_parking_messages", "Messages in the parking queue", now.parking_messages)
        yield GaugeMetricFamily("cart_parking_limit", "From how many on no more are parked", now.parking_limit)
        yield GaugeMetricFamily("cart_partitions_owned", "Partitions that the worker owns", now.partitions)
        yield GaugeMetricFamily("cart_worker_ready", "Whether commands that come in are worked on", int(now.ready))
        yield GaugeMetricFamily("cart_worker_stalled", "Whether commands wait and none is finished", int(now.stalled))


@contextmanager
def serving(port: int, read: Callable[[], Readings]) -> Iterator[None]:
    """Serve `/metrics`, and `/ready` (200 or 503), on this port while the context lasts; port 0 serves nothing."""
    if port == 0:
        yield
        return
    registry = CollectorRegistry()
    registry.register(WorkerCollector(read))
    with make_server("", port, _application(read, registry), handler_class=_SilentHandler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


class _SilentHandler(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """No log line for a request that comes every few seconds."""


def _application(read: Callable[[], Readings], registry: CollectorRegistry) -> WSGIApplication:
    metrics: WSGIApplication = make_wsgi_app(registry)

    def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/ready":
            return metrics(environ, start)
        ready = read().ready
        start("200 OK" if ready else "503 Service Unavailable", [("Content-Type", "text/plain")])
        return [b"ready\n" if ready else b"not ready\n"]

    return application
