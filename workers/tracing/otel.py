"""Traces by OpenTelemetry (`CART_TRACING`). Only this module imports it, and nobody imports this one while it is off.

Where traces go, and how many are kept, is said by OpenTelemetry's own variables (`OTEL_EXPORTER_OTLP_ENDPOINT`,
`OTEL_TRACES_SAMPLER` and so on).
"""

import os
import time
from collections.abc import Iterable
from time import perf_counter

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span as OtelSpan
from opentelemetry.trace import SpanKind, StatusCode, Tracer, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from cartwright.wire.headers import TRACEPARENT
from workers.amqp import Delivery
from workers.consume.work import Answered, Source, Work
from workers.settle.outcome_counts import outcome_of

FIELDS = (TRACEPARENT, "tracestate")
_NANOSECONDS = 1_000_000_000
_TRACE_CONTEXT = TraceContextTextMapPropagator()


class _CommandSpan:
    """The span of one delivery, and the way to those of its stages."""

    __slots__ = ("_context", "_epoch", "_span", "_tracer", "traceparent")

    def __init__(self, span: OtelSpan, tracer: Tracer, epoch: int) -> None:
        context = span.get_span_context()
        self._span = span
        self._tracer = tracer
        self._epoch = epoch
        self._context = set_span_in_context(span, Context())
        self.traceparent = f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"

    def stage(self, name: str, began: float) -> None:
        """A child, from then to now."""
        child = self._tracer.start_span(name, self._context, start_time=self._epoch + int(began * _NANOSECONDS))
        child.end(time.time_ns())

    def note(self, kind: str | None, outcome: str, code: str | None) -> None:
        """As attributes; only what was not the caller's fault is an error."""
        if kind is not None:
            self._span.update_name(f"process {kind}")
            self._span.set_attribute("cart.command.type", kind)
        self._span.set_attribute("cart.outcome", outcome)
        if code is not None:
            self._span.set_attribute("error.type", code)
            self._span.set_status(StatusCode.ERROR if code == "internal" else StatusCode.UNSET)

    def end(self) -> None:
        """Now."""
        self._span.end()


class OpenTelemetrySpans:
    """Spans that are exported over OTLP; `service` is the worker's name unless `OTEL_SERVICE_NAME` gives it another."""

    def __init__(self, service: str, destination: str) -> None:
        named = {} if os.environ.get("OTEL_SERVICE_NAME") else {SERVICE_NAME: service}
        self._provider = TracerProvider(resource=Resource.create(named))
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("cartwright")
        self._common = {
            "messaging.system": "rabbitmq",
            "messaging.operation.type": "process",
            "messaging.destination.name": destination,
        }
        self._epoch = time.time_ns() - int(perf_counter() * _NANOSECONDS)

    def begin(self, delivery: Delivery) -> _CommandSpan:
        """A child of the span that the headers name; the beginning of a trace if they name none."""
        carrier = {name: value for name in FIELDS if isinstance(value := delivery.headers.get(name), str)}
        parent = _TRACE_CONTEXT.extract(carrier, Context())
        tenant = delivery.routing_key.partition(".")[0]
        attributes = {**self._common, "cart.tenant": tenant, "messaging.message.id": delivery.message_id or ""}
        span = self._tracer.start_span("process", parent, SpanKind.CONSUMER, attributes)
        return _CommandSpan(span, self._tracer, self._epoch)

    def stage(self, name: str, works: Iterable[Work], began: float) -> None:
        """The commands of a group are in the same stage at the same time."""
        for work in works:
            if work.source.span is not None:
                work.source.span.stage(name, began)

    def waited(self, works: Iterable[Work]) -> None:
        """Each since it was read."""
        for work in works:
            if work.source.span is not None:
                work.source.span.stage("lane", work.since)

    def answered(self, answers: Iterable[Answered]) -> None:
        """By type, outcome and code."""
        for each in answers:
            if each.work.source.span is not None:
                each.work.source.span.note(each.work.registered.kind, *outcome_of(each.answer))

    def end(self, sources: Iterable[Source]) -> None:
        """Each."""
        for source in sources:
            if source.span is not None:
                source.span.end()

    def close(self) -> None:
        """Export what is left; takes as long as the exporter may take."""
        self._provider.shutdown()
