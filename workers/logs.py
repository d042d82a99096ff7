"""Logs: structured, one line each, control characters escaped, no secrets, no personal data (ids and codes only)."""

import logging
import sys
from collections.abc import Collection
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from workers.masking import masked


def configure(log_format: str, level: str, secrets: Collection[str] = ()) -> None:
    """Send all logs to standard error, as JSON or for the console, without these secrets."""

    def mask(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {key: masked(value, secrets) if isinstance(value, str) else value for key, value in event.items()}

    def mask_line(_logger: WrappedLogger, _method: str, line: Any) -> str:
        return masked(str(line), secrets)

    threshold = logging.getLevelNamesMapping()[level.upper()]
    renderer: Processor = (
        structlog.processors.JSONRenderer(
            serializer=lambda event, **_options: orjson.dumps(event, default=repr).decode()
        )
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _escape_control_characters,
            structlog.processors.format_exc_info,
            mask,
            renderer,
            mask_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Masking("%(name)s %(message)s", secrets))
    logging.basicConfig(level=max(threshold, logging.WARNING), handlers=[handler])


class _Masking(logging.Formatter):
    """What libraries log, traces included, without secrets."""

    def __init__(self, pattern: str, secrets: Collection[str]) -> None:
        super().__init__(pattern)
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record), self._secrets)


def _escape_control_characters(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Text from a message must not break a line or control a terminal."""
    return {
        key: _escaped(value) if isinstance(value, str) and key != "exception" else value for key, value in event.items()
    }


def _escaped(text: str) -> str:
    return text if text.isprintable() else text.encode("unicode_escape").decode("ascii")
