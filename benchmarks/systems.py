"""The systems under test, and how one of them is run: as a process of its own, watched from outside."""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import orjson
import psutil  # type: ignore[import-untyped]

from benchmarks.cores import kept_to
from benchmarks.golang import GO_PROGRAM

NEST = Path(__file__).parent / "peers" / "nest"
ROOT = Path(__file__).parent.parent
_SAMPLING_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class System:
    """One way to do the work: `envelope` puts a command's type and body into the form that it expects."""

    name: str
    title: str
    command: tuple[str, ...]
    envelope: Callable[[str, bytes], bytes] = lambda _kind, body: body


def _nest_packet(kind: str, body: bytes) -> bytes:
    """A message as NestJS's own client sends it; the id makes it a request."""
    return orjson.dumps({"pattern": kind, "data": orjson.Fragment(body), "id": "1"})


def _python(module: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"benchmarks.peers.{module}")


CARTWRIGHT = System("cartwright", "Cartwright", _python("cartwright_worker"))
FASTSTREAM = System("faststream", "(a) FastStream + Motor", _python("faststream_motor"))
AIO_PIKA = System("aio-pika", "(b) aio-pika + PyMongo", _python("aio_pika_pymongo"))
NESTJS = System("nestjs", "(c) NestJS + Mongoose", ("node", str(NEST / "dist" / "main.js")), _nest_packet)
FLOOR = System("floor", "(d) floor: broker only", _python("floor"))
EXECUTION = System("execution", "(e) pure execution", ())
GO = System("go", "(f) Go: amqp091-go + MongoDB driver", (str(GO_PROGRAM),))
SYSTEMS = (CARTWRIGHT, FASTSTREAM, AIO_PIKA, NESTJS, FLOOR, EXECUTION, GO)


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds used so far, and the largest resident memory seen, in bytes; over all processes of a system."""

    cpu: float
    resident: int


def cpu_seconds(processes: Iterable[psutil.Process]) -> float:
    """User and system time of the processes that still run, up to now."""
    times = [process.cpu_times() for process in processes if process.is_running()]
    return float(sum(each.user + each.system for each in times))


class Running:
    """A system's processes; on these cores, if any are given."""

    def __init__(
        self, system: System, environment: dict[str, str], processes: int, cores: Collection[int] | None = None
    ) -> None:
        self._system = system
        self._environment = {**os.environ, **environment}
        self._many = processes
        self._cores = cores
        self._processes: list[asyncio.subprocess.Process] = []
        self._watched: list[psutil.Process] = []
        self._resident = 0
        self._sampling: asyncio.Task[None] | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed in stop)

    async def start(self) -> None:
        """Start all processes; they are not yet consuming when this returns."""
        for _ in range(self._many):
            with kept_to(self._cores):
                process = await asyncio.create_subprocess_exec(
                    *self._system.command, cwd=ROOT, env=self._environment, stdout=self._log, stderr=self._log
                )
            self._processes.append(process)
            self._watched.append(psutil.Process(process.pid))
        self._sampling = asyncio.create_task(self._sample())

    def usage(self) -> Usage:
        """What was used up to now."""
        return Usage(cpu_seconds(self._watched), self._resident)

    def resident(self) -> int:
        """Bytes of memory that are resident now, over all processes."""
        return sum(process.memory_info().rss for process in self._watched if process.is_running())

    async def stop(self) -> str:
        """End the processes; return the end of what they wrote."""
        if self._sampling is not None:
            self._sampling.cancel()
        for process in self._processes:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
        for process in self._processes:
            try:
                await asyncio.wait_for(process.wait(), 10)
            except TimeoutError:
                process.kill()
                await process.wait()
        self._log.seek(0)
        written = self._log.read()[-2000:].decode(errors="replace")
        self._log.close()
        return written

    async def interrupt_children(self) -> None:
        """End what the processes started, and wait until they have ended in turn; for a worker under a profiler."""
        for process in self._watched:
            for child in process.children(recursive=True):
                child.terminate()
        for own in self._processes:
            await own.wait()

    async def _sample(self) -> None:
        while True:
            self._resident = max(self._resident, self.resident())
            await asyncio.sleep(_SAMPLING_SECONDS)
