"""`cart run`."""

import asyncio
import importlib
import importlib.util

from cli.exits import Exit, fail
from cli.servers import found_settings
from storage.records import StorageUnavailable
from workers.app import run
from workers.tracing.opening import TracingError


def run_worker() -> None:
    """Run a worker in the foreground, on uvloop where there is one."""
    settings = found_settings()
    factory = None
    if importlib.util.find_spec("uvloop") is not None:
        factory = importlib.import_module("uvloop").new_event_loop
    try:
        with asyncio.Runner(loop_factory=factory) as runner:
            ended_well = runner.run(run(settings))
    except (OSError, StorageUnavailable) as error:
        fail(f"the worker can't reach its servers: {error or type(error).__name__}", Exit.UNREACHABLE)
    except TracingError as error:
        fail(str(error), Exit.USAGE)
    if not ended_well:
        fail("the worker had to give up; its log says why", Exit.REFUSED)
