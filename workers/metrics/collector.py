"""Readings as metrics for Prometheus; docs/watching.md says what each is for."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from workers.metrics.health import liveness, readiness
from workers.metrics.readings import Readings


class WorkerCollector(Collector):
    """Turns readings into metrics when it is asked."""

    def __init__(self, read: Callable[[], Readings]) -> None:
        self._read = read

    def collect(self) -> Iterable[Metric]:
        """All metrics of the worker."""
        now = self._read()
        yield from _commands(now)
        yield from _queues(now)
        yield from _broker(now)
        yield from _storage(now)
        yield from _health(now)


def _commands(now: Readings) -> Iterator[Metric]:
    done = CounterMetricFamily("cart_commands", "Commands by type and outcome", labels=["type", "outcome"])
    for (kind, outcome), count in now.outcomes.items():
        done.add_metric([kind, outcome], count)
    yield done
    yield _counted("cart_refusals", "Refused commands by error code", "code", now.refusals)
    yield _counted("cart_parked", "Messages put into the parking queue by error code", "code", now.parked)
    yield CounterMetricFamily("cart_commands_taken", "Commands taken off the lanes", now.taken)
    yield CounterMetricFamily("cart_groups", "Groups that commands were executed in", now.groups)
    stages = HistogramMetricFamily("cart_stage_seconds", "How long commands spend in each stage", labels=["stage"])
    for stage, histogram in now.stages.items():
        stages.add_metric([stage], histogram.buckets(), histogram.sum)
    yield stages


def _queues(now: Readings) -> Iterator[Metric]:
    lag = GaugeMetricFamily("cart_partition_lag", "Commands of a partition that are not finished", labels=["partition"])
    for partition, waiting in now.lag.items():
        lag.add_metric([str(partition)], waiting)
    yield lag
    text = "Whether the worker owns a partition"
    owned = GaugeMetricFamily("cart_partition_owned", text, labels=["partition"])
    for partition in now.lag:
        owned.add_metric([str(partition)], int(partition in now.broker.owned))
    yield owned
    yield GaugeMetricFamily("cart_parking_messages", "Messages in the parking queue", now.parking_lot)
    yield GaugeMetricFamily("cart_parking_limit", "From how many messages on no more are parked", now.parking_limit)
    yield GaugeMetricFamily("cart_commands_waiting", "Commands waiting in lanes", now.waiting)
    yield GaugeMetricFamily("cart_batch_commands_waiting", "Commands of jobs waiting in lanes", now.batch_waiting)


def _broker(now: Readings) -> Iterator[Metric]:
    broker = now.broker
    connected = GaugeMetricFamily("cart_connected", "Whether a connection to the broker is open", labels=["connection"])
    for name, is_open in broker.connected.items():
        connected.add_metric([name], int(is_open))
    yield connected
    yield _counted("cart_reconnects", "Connections to the broker that were replaced", "connection", broker.reconnects)
    yield GaugeMetricFamily("cart_partitions_owned", "Partitions that the worker owns", len(broker.owned))
    yield GaugeMetricFamily("cart_reading_paused", "Whether the worker reads no deliveries for now", int(broker.paused))
    yield CounterMetricFamily("cart_messages_published", "Messages confirmed by the broker", now.published)
    yield GaugeMetricFamily("cart_messages_unconfirmed", "Messages that wait for a confirm", broker.unconfirmed)
    yield CounterMetricFamily("cart_replies_unroutable", "Replies that nobody waited for", now.unroutable)


def _storage(now: Readings) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "cart_outbox_age_seconds", "How long the oldest commit has not been settled", now.outbox_age
    )
    yield GaugeMetricFamily("cart_groups_abandoned", "Groups whose commits the sweeper has to look for", now.abandoned)
    silent = now.database.silent_for
    yield GaugeMetricFamily("cart_database_silent_seconds", "How long ago the database last answered", silent)
    yield CounterMetricFamily("cart_cache_hits", "Carts found in the cache", now.cache.hits)
    yield CounterMetricFamily("cart_cache_misses", "Carts that had to be loaded", now.cache.misses)
    yield GaugeMetricFamily("cart_cache_carts", "Carts in the cache", now.cache.carts)
    yield GaugeMetricFamily(
        "cart_cache_lines", "Line items of carts in the cache, and one for each cart", now.cache.lines
    )


def _health(now: Readings) -> Iterator[Metric]:
    checks = readiness(now)
    yield GaugeMetricFamily("cart_worker_ready", "Whether /ready says yes", int(all(each.ok for each in checks)))
    yield GaugeMetricFamily("cart_worker_live", "Whether /live says yes", int(all(each.ok for each in liveness(now))))
    yield GaugeMetricFamily(
        "cart_worker_stalled", "Whether commands wait and none is finished", int(now.progress.stalled)
    )
    standby = int(now.broker.standby)
    yield GaugeMetricFamily("cart_worker_standby", "Whether others own all partitions", standby)
    each_check = GaugeMetricFamily("cart_ready_check", "Whether a check of /ready is passed", labels=["check"])
    for each in checks:
        each_check.add_metric([each.check], int(each.ok))
    yield each_check


def _counted(name: str, text: str, label: str, counts: Mapping[str, int]) -> CounterMetricFamily:
    """A counter with one label."""
    family = CounterMetricFamily(name, text, labels=[label])
    for value, count in counts.items():
        family.add_metric([value], count)
    return family
