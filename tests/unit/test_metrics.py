"""Metrics and health are read off the worker when somebody asks, over HTTP."""

import gc
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.error import URLError

import pytest

from support.readings import READINGS
from support.watching import Served
from workers.metrics.health import liveness, readiness
from workers.metrics.histogram import Histogram
from workers.metrics.pulse import Pulse
from workers.metrics.readings import Database, Phase, Readings
from workers.metrics.serving import serving


class Worker(Served):
    """Readings that a test may change, and what is served of them."""

    now: Readings = READINGS


@contextmanager
def served() -> Iterator[Worker]:
    worker = Worker()
    with serving(worker.port, lambda: worker.now):
        yield worker


def test_what_is_served_is_what_the_worker_counts_now() -> None:
    with served() as worker:
        assert worker.metrics()['cart_commands_total{outcome="refused",type="add-items"}'] == 2
        worker.now = replace(READINGS, outcomes={("add-items", "refused"): 3}, taken=11)
        assert worker.metrics()['cart_commands_total{outcome="refused",type="add-items"}'] == 3
        assert worker.metrics()["cart_commands_taken_total"] == 11
    with pytest.raises(URLError):
        worker.metrics()


def test_no_port_nothing_is_served() -> None:
    with serving(0, lambda: READINGS):
        assert "metrics" not in {each.name for each in threading.enumerate()}


def test_ready_and_live_with_reasons() -> None:
    with served() as worker:
        assert worker.ask("/ready")[0] == worker.ask("/live")[0] == 200
        worker.now = replace(READINGS, database=Database(0.1, 4.0, "StorageUnavailable"))
        status, body = worker.ask("/ready")
        assert (status, body["ready"]) == (503, False)
        assert [each for each in body["checks"] if not each["ok"]] == [
            {"check": "database", "ok": False, "detail": "does not answer: StorageUnavailable"}
        ]
        assert worker.ask("/live") == (200, {"live": True, "checks": [vars_of(each) for each in liveness(READINGS)]})
        assert worker.ask("/elsewhere")[0] == 404


def vars_of(check: Any) -> dict[str, Any]:
    return {name: getattr(check, name) for name in ("check", "ok", "detail")}


def test_a_client_that_says_nothing_keeps_nobody_waiting() -> None:
    with served() as worker, socket.create_connection(("127.0.0.1", worker.port)):
        assert worker.ask("/live")[0] == 200


@pytest.mark.parametrize(
    ("changed", "check"),
    [
        ({"phase": Phase.STARTING}, "worker"),
        ({"phase": Phase.STOPPING}, "worker"),
        ({"broker": replace(READINGS.broker, connected={"commands": True, "replies": False})}, "connections"),
        ({"broker": replace(READINGS.broker, consumed=1)}, "partitions"),
        ({"broker": replace(READINGS.broker, silent_for=5.1, unconfirmed=3)}, "confirms"),
        ({"database": Database(4.1, 4.0)}, "database"),
        ({"lag": {0: 3, 1: 101}, "most_lag": 100}, "lag"),
        ({"progress": replace(READINGS.progress, stalled=True)}, "progress"),
        ({"progress": replace(READINGS.progress, failed=True)}, "progress"),
    ],
    ids=lambda each: next(iter(each)) if isinstance(each, dict) else each,
)
def test_every_reason_not_to_be_ready(changed: dict[str, Any], check: str) -> None:
    assert all(each.ok for each in readiness(READINGS))
    assert [each.check for each in readiness(replace(READINGS, **changed)) if not each.ok] == [check]


def test_a_long_queue_is_no_reason_unless_somebody_says_so() -> None:
    assert all(each.ok for each in readiness(replace(READINGS, lag={0: 10**6})))


def test_an_event_loop_that_stands_still_is_not_alive() -> None:
    still = replace(READINGS, progress=replace(READINGS.progress, loop_silent_for=60.0))
    assert [each.check for each in liveness(still) if not each.ok] == ["event loop"]


def test_a_pulse_that_fails_and_comes_back() -> None:
    pulse = Pulse(every=1.0)
    assert pulse.reading.failure is None
    with pytest.raises(OSError, match="gone"), pulse.asking():
        raise OSError("gone")
    assert pulse.reading.failure == "OSError"
    with pulse.asking():
        pass
    assert pulse.reading.failure is None
    assert pulse.reading.silent_for < pulse.reading.patience == 4.0


def test_a_histogram_counts_each_command_of_a_group() -> None:
    histogram = Histogram(bounds=(0.1, 1.0))
    histogram.observe(0.1)
    histogram.observe(0.5, 3)
    histogram.observe(2.0)
    assert histogram.buckets() == [("0.1", 1), ("1.0", 4), ("+Inf", 5)]
    assert (histogram.count, histogram.sum) == (5, pytest.approx(3.6))


def test_collections_of_garbage_are_timed() -> None:
    with served() as worker:
        before = worker.metrics()['cart_gc_seconds_total{generation="2"}']
        gc.collect()
        assert worker.metrics()['cart_gc_seconds_total{generation="2"}'] > before
    callbacks = len(gc.callbacks)
    with served():
        assert len(gc.callbacks) == callbacks + 1
    assert len(gc.callbacks) == callbacks


def test_a_standby_is_ready_and_says_so() -> None:
    standby = replace(READINGS, broker=replace(READINGS.broker, owned=frozenset(), standby=True))
    [partitions] = [each for each in readiness(standby) if each.check == "partitions"]
    assert partitions.ok
    assert partitions.detail.endswith("owns 0: a standby, for other workers own all partitions")
    with served() as worker:
        worker.now = standby
        assert worker.metrics()["cart_worker_standby"] == 1
