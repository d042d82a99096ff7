"""Workers as separate processes: started, killed, stopped; their logs say which partitions they own."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import cast

from stack import LocalStack, Stack, StackError
from stack.guard import MARK

Tell = Callable[[str], None]
"""Takes a sentence about the workers, in rich markup."""

Acquired = Callable[[str, int], None]
"""Takes the name of a worker and the number of a partition that it now owns."""

PARTITIONS = 4
_START_SECONDS = 120
_SETTINGS = {
    "CART_PARTITIONS": str(PARTITIONS),
    "CART_LOG_LEVEL": "info",
    "CART_LOG_FORMAT": "json",
    # Several workers share this machine.
    "CART_METRICS_PORT": "0",
    # Low, so that what a killed worker left unpublished on an idle cart is finished within seconds.
    "CART_SWEEP_INTERVAL": "1",
    "CART_SWEEP_GRACE": "3",
}


class WorkerProcess:
    """One `cart run`; `partitions` are those that it logs as its own."""

    def __init__(self, name: str, process: Process, log: Path, acquired: Acquired) -> None:
        self.name = name
        self.partitions: set[int] = set()
        self.killed = False
        self._process = process
        self._log = log
        self._acquired = acquired
        self._started = asyncio.Event()
        # A pipe was asked for, so there is one.
        self._reading = asyncio.create_task(self._read(cast("asyncio.StreamReader", process.stderr)))

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def wait_started(self) -> None:
        """Wait until it consumes; raises StackError with the end of its log if it doesn't."""
        starting = asyncio.create_task(self._started.wait())
        await asyncio.wait({starting, self._reading}, timeout=_START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        starting.cancel()
        if not self._started.is_set():
            raise StackError(f"worker {self.name} did not start:\n{self._log.read_text()[-2_000:]}")

    async def kill(self) -> None:
        """SIGKILL: it gets no chance to finish anything."""
        self.killed = True
        self._process.kill()
        await self._process.wait()
        await self._reading
        self.partitions.clear()

    async def stop(self) -> None:
        """SIGTERM: it settles what it has and leaves."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.terminate()
            await self._process.wait()
        await self._reading

    async def _read(self, lines: AsyncIterable[bytes]) -> None:
        with self._log.open("ab") as log:
            async for line in lines:
                log.write(line)
                with suppress(ValueError):
                    self._follow(json.loads(line))

    def _follow(self, entry: Mapping[str, object]) -> None:
        match entry:
            case {"event": "worker_started"}:
                self._started.set()
            case {"event": "partition_acquired", "partition": int(number)}:
                self.partitions.add(number)
                self._acquired(self.name, number)
            case {"event": "partition_handed_over", "partition": int(number)}:
                self.partitions.discard(number)


class Fleet:
    """All workers of the day, on one broker and one database; their logs are in `folder`, `tell` reports on them."""

    def __init__(self, stack: Stack, name: str, folder: Path, tell: Tell) -> None:
        self.workers: list[WorkerProcess] = []
        self._owners: dict[int, str] = {}
        self._folder = folder
        self._tell = tell
        addresses = {"CART_AMQP_URL": stack.amqp_url, "CART_MONGO_URL": stack.mongo_url}
        # The mark makes the workers part of a private stack, which ends them however it ends.
        mark = {MARK: str(stack.folder)} if isinstance(stack, LocalStack) else {}
        self._environment = os.environ | _SETTINGS | addresses | mark | {"CART_PREFIX": name, "CART_DATABASE": name}

    @property
    def living(self) -> list[WorkerProcess]:
        """Those that were not killed."""
        return [each for each in self.workers if not each.killed]

    @property
    def complete(self) -> bool:
        """Whether every partition has an owner."""
        return set().union(*(each.partitions for each in self.living)) == set(range(PARTITIONS))

    async def wait_complete(self, seconds: float) -> bool:
        """Wait until every partition has an owner, which takes a command in each; False if that takes too long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self.complete:  # noqa: ASYNC110 (it depends on the logs of several processes)
                    await asyncio.sleep(0.005)
        return self.complete

    async def start(self) -> WorkerProcess:
        """Start one more worker."""
        name = chr(ord("A") + len(self.workers))
        command = [sys.executable, "-m", "cli", "run"]
        # In its own session, an interrupt at the terminal doesn't reach it: we stop it properly.
        process = await asyncio.create_subprocess_exec(
            *command, env=self._environment, stdout=DEVNULL, stderr=PIPE, start_new_session=True
        )
        worker = WorkerProcess(name, process, self._folder / f"worker-{name}.log", self._acquired)
        self.workers.append(worker)
        await worker.wait_started()
        return worker

    def _acquired(self, worker: str, partition: int) -> None:
        former = self._owners.get(partition)
        self._owners[partition] = worker
        if former is not None and former != worker:
            self._tell(f"partition {partition} moves from worker {former} to worker {worker}")

    async def stop(self) -> None:
        """Stop all workers that still run."""
        await asyncio.gather(*(each.stop() for each in self.workers))
