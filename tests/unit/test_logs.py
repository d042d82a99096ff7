"""Everything that a worker's process writes to its log is one line of JSON, whoever wrote it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = """
import asyncio, logging, sys, threading, warnings
import structlog
import faststream, aiormq, aio_pika, pymongo
from workers.logs import configure

configure("{format}", "{level}")


class Unraisable:
    def __del__(self):
        raise ValueError("unraisable")


async def main():
    asyncio.get_running_loop().create_task(fail())
    await asyncio.sleep(0.01)


async def fail():
    raise ValueError("nobody waits")


def fail_in_thread():
    raise ValueError("in a thread")


structlog.get_logger().warning("ours", text="a\\nb\\x1b[31m")
for name in ("aiormq.connection", "aio_pika.robust_connection", "pymongo.connection", "faststream", "asyncio"):
    logging.getLogger(name).warning("from %s\\nin two lines", name)
    logging.getLogger(name).info("too quiet to be heard")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("aiormq").exception("with a traceback")
warnings.warn("old", DeprecationWarning, stacklevel=1)
warnings.warn("odd", UserWarning, stacklevel=1)
thread = threading.Thread(target=fail_in_thread)
thread.start()
thread.join()
asyncio.run(main())
Unraisable()
raise RuntimeError("nobody caught this")
"""


def log_of(log_format: str = "json", level: str = "info") -> list[str]:
    script = SCRIPT.replace("{format}", log_format).replace("{level}", level)
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    return done.stderr.splitlines()


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in log_of()]


def test_every_line_has_the_same_form(lines: list[dict[str, Any]]) -> None:
    for line in lines:
        assert {"event", "level", "timestamp"} <= line.keys()
        assert line["event"].isprintable()
        assert line["timestamp"].endswith("Z")


def test_libraries_warnings_and_what_nobody_caught_are_among_them(lines: list[dict[str, Any]]) -> None:
    found = {line.get("logger") for line in lines}
    libraries = {"aiormq.connection", "aio_pika.robust_connection", "pymongo.connection", "faststream"}
    assert found >= {*libraries, "aiormq", "asyncio", "py.warnings", None}
    assert not [line for line in lines if "quiet" in line["event"]]
    raised = {line["event"]: line["exception"] for line in lines if "exception" in line}
    assert "ZeroDivisionError" in raised["with a traceback"]
    assert "nobody caught this" in raised["uncaught"]
    assert "in a thread" in raised["thread_failed"]
    assert "unraisable" in raised["unraisable"]
    assert any("nobody waits" in text for event, text in raised.items() if event.startswith("Task exception"))


def test_who_wants_errors_only_gets_no_warnings_of_libraries() -> None:
    assert {json.loads(line)["level"] for line in log_of(level="error")} == {"error", "critical"}


def test_the_console_has_the_same_lines() -> None:
    text = "\n".join(log_of("console"))
    assert "from aiormq.connection\\nin two lines" in text
    assert "nobody caught this" in text
