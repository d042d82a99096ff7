"""A system under test at work: as processes of its own, watched from outside."""

import asyncio
import os
import signal
import tempfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import psutil  # type: ignore[import-untyped]

from benchmarks.cores import kept_to
from benchmarks.systems import ROOT, System

_SAMPLING_SECONDS = 0.05


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
