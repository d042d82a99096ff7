"""Serves metrics and health over HTTP, from a thread of its own: a busy event loop is no reason not to answer."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector, make_wsgi_app

from workers.metrics.collector import WorkerCollector
from workers.metrics.gc_pauses import GcPauses
from workers.metrics.health import Check, liveness, readiness
from workers.metrics.readings import Readings

REQUEST_SECONDS = 5.0
"""A client that says nothing for so long is hung up on."""

Checks = Callable[[Readings], tuple[Check, ...]]
CHECKS: dict[str, Checks] = {"live": liveness, "ready": readiness}


@contextmanager
def serving(port: int, read: Callable[[], Readings]) -> Iterator[None]:
    """Serve `/metrics`, `/live` and `/ready` (200 or 503) on this port while the context lasts; 0 serves nothing."""
    if port == 0:
        yield
        return
    pauses = GcPauses()
    application = _application(read, registered(read, pauses))
    with make_server("", port, application, server_class=_Server, handler_class=_Handler) as server, pauses.watching():
        thread = Thread(target=server.serve_forever, daemon=True, name="metrics")
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def registered(read: Callable[[], Readings], pauses: GcPauses) -> CollectorRegistry:
    """A registry of everything that `/metrics` shows."""
    registry = CollectorRegistry()
    registry.register(WorkerCollector(read))
    registry.register(pauses)
    GCCollector(registry)
    ProcessCollector(registry=registry)
    return registry


class _Server(ThreadingMixIn, WSGIServer):
    """A thread for each request, so that a client that dawdles keeps nobody waiting."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Nothing to say of a client that went away, or never spoke."""


class _Handler(WSGIRequestHandler):
    timeout = REQUEST_SECONDS

    def log_message(self, *_: object) -> None:
        """No log line for a request that comes every few seconds."""


def _application(read: Callable[[], Readings], registry: CollectorRegistry) -> WSGIApplication:
    metrics: WSGIApplication = make_wsgi_app(registry)

    def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        name = environ["PATH_INFO"].removeprefix("/")
        if name in {"", "metrics"}:
            return metrics(environ, start)
        if name not in CHECKS:
            return _answer(start, "404 Not Found", {"paths": ["/live", "/metrics", "/ready"]})
        checks = CHECKS[name](read())
        well = all(each.ok for each in checks)
        status = "200 OK" if well else "503 Service Unavailable"
        return _answer(start, status, {name: well, "checks": [asdict(each) for each in checks]})

    return application


def _answer(start: StartResponse, status: str, body: dict[str, object]) -> list[bytes]:
    encoded = json.dumps(body).encode() + b"\n"
    start(status, [("Content-Type", "application/json"), ("Content-Length", str(len(encoded)))])
    return [encoded]
