"""Metrics are read off the worker when they are asked for."""

import socket
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from workers.metrics import Readings, serving


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_what_is_served_is_what_the_worker_counts_now() -> None:
    port, hits, ready = _free_port(), 3, True

    def read() -> Readings:
        return Readings(
            commands=10,
            groups=2,
            waiting=4,
            batch_waiting=6,
            cache_hits=hits,
            cache_misses=7,
            published=30,
            unroutable=1,
            parked={"malformed": 2, "internal": 1},
            parking_messages=8,
            parking_limit=100,
            partitions=2,
            ready=ready,
            stalled=not ready,
        )

    with serving(port, read):
        hits = 5
        text = urlopen(f"http://127.0.0.1:{port}/metrics").read().decode()
        assert urlopen(f"http://127.0.0.1:{port}/ready").read() == b"ready\n"
        ready = False
        with pytest.raises(HTTPError) as not_ready:
            urlopen(f"http://127.0.0.1:{port}/ready")
        assert not_ready.value.code == 503
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert lines == [
        "cart_commands_total 10.0",
        "cart_groups_total 2.0",
        "cart_commands_waiting 4.0",
        "cart_batch_commands_waiting 6.0",
        "cart_cache_hits_total 5.0",
        "cart_cache_misses_total 7.0",
        "cart_messages_published_total 30.0",
        "cart_replies_unroutable_total 1.0",
        'cart_messages_parked_total{code="malformed"} 2.0',
        'cart_messages_parked_total{code="internal"} 1.0',
        "cart_parking_messages 8.0",
        "cart_parking_limit 100.0",
        "cart_partitions_owned 2.0",
        "cart_worker_ready 1.0",
        "cart_worker_stalled 0.0",
    ]
    with pytest.raises(URLError):
        urlopen(f"http://127.0.0.1:{port}/metrics")


def test_no_port_no_metrics() -> None:
    with serving(0, lambda: pytest.fail("nobody asks")):
        pass
