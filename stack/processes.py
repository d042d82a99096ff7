"""Starts a private server: free ports, a marked process, waiting until it answers."""

import asyncio
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from stack.errors import StackError
from stack.guard import MARK

# Below the range from which Linux takes the ports of outgoing connections.
_PORTS = range(12_000, 32_000)


def reserved_port() -> int:
    """Return a local TCP port, drawn at random, that is nobody else's while this process runs, its servers up or down.

    A socket that doesn't listen keeps it. So nobody else can bind it, but for a server that may use an address again:
    RabbitMQ, its port mapper and MongoDB do.
    """
    while True:
        port = random.choice(_PORTS)  # noqa: S311 - not a secret
        with socket.socket() as keeper, suppress(OSError):
            keeper.bind(("127.0.0.1", port))
            keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            keeper.detach()
            return port


class Server:
    """One server process of a private stack; it can be killed, frozen, and started again on the same data."""

    def __init__(self, folder: Path, command: list[str], environment: dict[str, str]) -> None:
        self._log = folder / f"{Path(command[0]).name}.out"
        self._command = command
        self._environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(folder),
            MARK: str(folder),
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process in a session of its own, where an interrupt at the terminal doesn't reach it."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the command is ours
                self._command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def processes(self) -> list[int]:
        """The process id, or nothing when the process isn't running."""
        return [self._process.pid] if self._process is not None and self._process.poll() is None else []

    async def kill(self) -> None:
        """Kill the process as a power cut would and wait until it is gone; a dead one is left alone."""
        if self._process is not None:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)

    async def run(self, command: list[str]) -> None:
        """Run another program in the server's environment; raises StackError with its output if it fails."""
        program = await asyncio.create_subprocess_exec(
            *command, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        output, _ = await program.communicate()
        if program.returncode != 0:
            raise StackError(f"{command[0]} failed:\n{output.decode(errors='replace')[-2_000:]}")

    def freeze(self) -> None:
        """Stop the process without ending it: connections stay open and nobody answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen process go on."""
        self._signal(signal.SIGCONT)

    async def wait_until(self, ready: Callable[[], Awaitable[bool]], seconds: float) -> None:
        """Wait until `ready()` holds.

        Raises StackError with the end of the server's output when the process ends or `seconds` have passed.
        """
        deadline = time.monotonic() + seconds
        while not await ready():
            if not self.processes:
                raise StackError(f"{self._command[0]} ended while starting:\n{self._last_words()}")
            if time.monotonic() > deadline:
                raise StackError(f"{self._command[0]} is not ready after {seconds} s:\n{self._last_words()}")
            await asyncio.sleep(0.05)

    def _signal(self, number: signal.Signals) -> None:
        if not self.processes:
            raise StackError(f"{self._command[0]} is not running")
        os.kill(self.processes[0], number)

    def _last_words(self) -> str:
        return self._log.read_text(errors="replace")[-2_000:]
