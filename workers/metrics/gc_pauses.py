"""How long the garbage collector has stopped the process."""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

_GENERATIONS = 3


class GcPauses(Collector):
    """Adds up the seconds of collections, by generation, while it is `watching`."""

    def __init__(self) -> None:
        self._seconds = [0.0] * _GENERATIONS
        self._began = 0.0

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Be told of every collection."""
        gc.callbacks.append(self._note)
        try:
            yield
        finally:
            gc.callbacks.remove(self._note)

    def _note(self, phase: str, about: dict[str, Any]) -> None:
        if phase == "start":
            self._began = perf_counter()
        else:
            self._seconds[about["generation"]] += perf_counter() - self._began

    def collect(self) -> Iterable[Metric]:
        """The seconds so far."""
        text = "How long the garbage collector has stopped the worker"
        family = CounterMetricFamily("cart_gc_seconds", text, labels=["generation"])
        for generation, seconds in enumerate(self._seconds):
            family.add_metric([str(generation)], seconds)
        yield family
