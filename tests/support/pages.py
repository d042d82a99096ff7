"""Shell examples of pages, run by bash; `cart` in them is the command line in this process, which starts at once.

Bash hands the arguments and the standard input of a command over by a pipe, and gets its output and exit code back.
"""

import asyncio
import os
import threading
from collections.abc import Mapping
from pathlib import Path

from typer.testing import CliRunner

from cli.app import app

FUNCTION = """
cart() {
    { printf '%s\\0' "$#" "$@"; cat; } > "$PAGES/asked"
    { read -r code; cat; } < "$PAGES/answered"
    cat "$PAGES/errors" >&2
    return "$code"
}
"""


class Examples:
    """Runs scripts; `environment` is that of the command line, `options` are added to each command."""

    def __init__(self, folder: Path, environment: Mapping[str, str], *options: str) -> None:
        self._folder = folder
        self._environment = dict(environment)
        self._options = options
        self._runner = CliRunner()
        self.transcript: list[str] = []

    async def run(self, script: str) -> int:
        """The exit code of a script, which ends at the first command that fails."""
        for name in ("asked", "answered"):
            os.mkfifo(self._folder / name)
        answering = threading.Thread(target=self._answer, daemon=True)
        answering.start()
        process = await asyncio.create_subprocess_exec(
            *("bash", "-e", "-o", "pipefail", "-c", FUNCTION + script),
            cwd=self._folder,
            env={**os.environ, "PAGES": str(self._folder)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        self.transcript.append(output.decode())
        await asyncio.to_thread(self._end, answering)
        return process.returncode or 0

    def _end(self, answering: threading.Thread) -> None:
        (self._folder / "asked").write_bytes(b"")
        answering.join()

    def _answer(self) -> None:
        while asked := (self._folder / "asked").read_bytes():
            count, _, rest = asked.partition(b"\0")
            *arguments, given = rest.split(b"\0", int(count))
            words = [each.decode() for each in arguments]
            done = self._runner.invoke(app, [*words, *self._options], input=given, env=self._environment)
            self.transcript.append(f"cart {' '.join(words)}: {done.exit_code}\n{done.output}{done.exception or ''}")
            (self._folder / "errors").write_text(done.stderr)
            (self._folder / "answered").write_bytes(f"{done.exit_code}\n{done.stdout}".encode())
