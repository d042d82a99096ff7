"""Opens what makes traces, if they are wanted; otherwise nothing of it is imported."""

import importlib
from typing import Protocol

from workers.broker.topology import Topology
from workers.consume.spans import Spans
from workers.settings import Settings


class TracingError(RuntimeError):
    """Traces are wanted, and the packages that make them are not installed."""


class Tracing(Spans, Protocol):
    """Makes spans, and exports them."""

    def close(self) -> None:
        """Export what is left; blocks as long as that takes."""


def open_tracing(settings: Settings) -> Tracing | None:
    """What makes traces, None if nobody wants any; raises `TracingError`."""
    if not settings.tracing:
        return None
    try:
        module = importlib.import_module("workers.tracing.otel")
    except ModuleNotFoundError as error:
        raise TracingError(f"CART_TRACING needs the packages of the group tracing; {error.name} is missing") from error
    made: Tracing = module.OpenTelemetrySpans(settings.source, Topology(settings).commands)
    return made
