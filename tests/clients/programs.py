"""Running the programs of a client: what each prints."""

import asyncio
import os
import shlex
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path

from clients.catalogue import Client

PATIENCE = 120.0
"""Seconds for a program, some of which are compiled first."""


class TrialError(Exception):
    """A program that ended badly or did not end; the text is what it said."""


class Programs:
    """Runs programs in one folder."""

    def __init__(self, client: Client, folder: Path, environment: Mapping[str, str]) -> None:
        self._client = client
        self._folder = folder
        self._environment = {**environment, **client.variables}

    async def run(
        self,
        file: str,
        *arguments: str,
        given_up: Callable[[], Awaitable[str | None]] | None = None,
        **variables: str,
    ) -> list[str] | str:
        """The lines that a program prints, or why it never will, as `given_up` says. Raises TrialError."""
        # Variables may stand before the program's name.
        command = f"exec env {self._client.run.format(file)} {shlex.join(arguments)}"
        process = await asyncio.create_subprocess_exec(
            "bash",
            "-c",
            command,
            cwd=self._folder,
            env={**os.environ, **self._environment, **variables},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        ending = asyncio.create_task(process.communicate())
        try:
            async with asyncio.timeout(PATIENCE):
                while not (await asyncio.wait([ending], timeout=0.5))[0]:
                    if given_up is not None and (reason := await given_up()) is not None:
                        return reason
        except TimeoutError:
            raise TrialError(f"{self._client.name}: {command} does not end") from None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            output, complaints = await ending
        if process.returncode != 0:
            raise TrialError(f"{self._client.name}: {command}\n{complaints.decode()}")
        return output.decode().splitlines()
