"""A collector of traces: takes what is exported over OTLP/HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Exported:
    """A span as it was exported; ids are hexadecimal, `parent` is empty for the first span of a trace."""

    name: str
    trace: str
    span: str
    parent: str
    seconds: float
    attributes: dict[str, str]
    service: str


class Collector:
    """The spans that have come so far."""

    def __init__(self) -> None:
        self.spans: list[Exported] = []
        self.url = ""

    def take(self, body: bytes) -> None:
        """Read one request."""
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = _texts(resource.resource.attributes)["service.name"]
            self.spans += [_exported(span, service) for scope in resource.scope_spans for span in scope.spans]

    def of(self, trace: str) -> list[Exported]:
        """The spans of a trace."""
        return [each for each in self.spans if each.trace == trace]


def _texts(attributes: Any) -> dict[str, str]:
    return {each.key: each.value.string_value for each in attributes}


def _exported(span: Any, service: str) -> Exported:
    return Exported(
        name=span.name,
        trace=span.trace_id.hex(),
        span=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        seconds=(span.end_time_unix_nano - span.start_time_unix_nano) / 1e9,
        attributes=_texts(span.attributes),
        service=service,
    )


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector that listens while the context lasts."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collector.take(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
