"""`cart run`."""

import asyncio
import importlib
import importlib.util

import structlog

from cli.exits import Exit, error_text, fail
from cli.servers import found_settings
from storage.records import NewerData, StorageRefused, StorageUnavailable
from workers.amqp.answering import LOST
from workers.app import run
from workers.broker.declaration import TopologyError
from workers.environment import unknown_variables
from workers.logs import configure
from workers.tracing.opening import TracingError

_log = structlog.get_logger(__name__)


def run_worker() -> None:
    """Run a worker in the foreground, on uvloop where there is one."""
    settings = found_settings(warn=False)
    configure(settings.log_format, settings.log_level, settings.secrets)
    for warning in unknown_variables():
        _log.warning("unknown_setting", warning=warning)
    factory = None
    if importlib.util.find_spec("uvloop") is not None:
        factory = importlib.import_module("uvloop").new_event_loop
    try:
        with asyncio.Runner(loop_factory=factory) as runner:
            ended_well = runner.run(run(settings))
    except NewerData as error:
        fail(f"the worker is older than its data: {error}", Exit.REFUSED)
    except (*LOST, StorageUnavailable, StorageRefused) as error:
        fail(f"the worker can't reach its servers: {error_text(error)}", Exit.UNREACHABLE)
    except TopologyError as error:
        fail(error, Exit.REFUSED)
    except TracingError as error:
        fail(str(error), Exit.USAGE)
    if not ended_well:
        fail("the worker had to give up; its log says why", Exit.REFUSED)
