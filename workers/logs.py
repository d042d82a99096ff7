"""Logs: structured, one line each, control characters escaped, no secrets, no personal data (ids and codes only).

What libraries log has the same form, and so have warnings, exceptions that nobody caught, in whatever thread, and those
of tasks that nobody waited for, which asyncio logs.
"""

import logging
import sys
import threading
from collections.abc import Collection
from types import TracebackType
from typing import Any

import orjson
import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

from workers.masking import masked

_log = structlog.get_logger(__name__)


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
    common: list[Processor] = [
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _escape_control_characters,
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[structlog.processors.add_log_level, *common, mask, renderer, mask_line],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    foreign: list[Processor] = [structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name, *common, mask]
    written: list[Processor] = [ProcessorFormatter.remove_processors_meta, renderer, mask_line]
    _take_over(ProcessorFormatter(foreign_pre_chain=foreign, processors=written), max(threshold, logging.WARNING))


def _take_over(formatter: logging.Formatter, level: int) -> None:
    """Format what others log, warn of, or do not catch."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    # A level of its own: some libraries set a lower one for their loggers.
    handler.setLevel(level)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for each in list(logging.root.manager.loggerDict.values()):
        if isinstance(each, logging.Logger):
            # Some libraries bring handlers that write lines of their own form.
            each.handlers.clear()
            each.propagate = True
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    sys.unraisablehook = lambda about: _log.error("unraisable", exc_info=about.exc_value, where=repr(about.object))
    threading.excepthook = lambda about: _log.error("thread_failed", exc_info=about.exc_value)


def _uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
    else:
        _log.critical("uncaught", exc_info=error)


def _escape_control_characters(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Text from a message must not break a line or control a terminal."""
    return {
        key: _escaped(value) if isinstance(value, str) and key != "exception" else value for key, value in event.items()
    }


def _escaped(text: str) -> str:
    return text if text.isprintable() else text.encode("unicode_escape").decode("ascii")
