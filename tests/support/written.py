"""Examples of pages, run word by word in one shell, as somebody who reads the page would.

A block `python` is a file; its first line names it (`# orders.py`). A block `sh` is run. A block `text` is what the
block `sh` before it prints: each of its lines must be there, with `…` for whatever differs from run to run.
"""

import asyncio
import os
import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS = 300
_BLOCK = re.compile(r"^```(sh|python|text)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_MARK = "== what comes next =="
_FRAMES = set("┏━┳┓┡╇┩└─┴┘├┼┤│┃ ")


def blocks(page: Path) -> list[tuple[str, str]]:
    """The code blocks of a page, in order: what each is, and what it holds."""
    return [(kind, code) for kind, code in _BLOCK.findall(page.read_text(encoding="utf-8"))]


@dataclass(frozen=True)
class Reader:
    """Somebody with a checkout: its `make` starts servers, which are those of the test."""

    folder: Path
    amqp_url: str
    mongo_url: str
    environment: Mapping[str, str]

    async def run(self, script: str) -> tuple[int, str]:
        """The exit status of a script that ends at the first failure, and what it printed."""
        (self.folder / ".venv").symlink_to(sys.prefix)
        servers = {"CART_AMQP_URL": self.amqp_url, "CART_MONGO_URL": self.mongo_url}
        exports = "\n".join(f"export {name}={shlex.quote(value)}" for name, value in servers.items())
        make = f'make() {{ [ "$*" = "stack-down" ] || [ "$*" = "--silent stack-up" ] && echo {shlex.quote(exports)}; }}'
        own = {name: value for name, value in os.environ.items() if not name.startswith("CART_")}
        process = await asyncio.create_subprocess_exec(
            *("bash", "-c", f"{make}\nset -e\n{script}"),
            cwd=self.folder,
            env={**own, "COLUMNS": "200", **self.environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            output, _ = await asyncio.wait_for(process.communicate(), SECONDS)
        finally:
            if process.returncode is None:
                os.killpg(process.pid, 9)
        return process.returncode or 0, output.decode()

    async def follow(self, page: Path) -> tuple[int, str]:
        """Do what a page says; the exit status, and what was printed."""
        return await self.run(script_of(page))


def script_of(page: Path) -> str:
    """All that a page says to do, as one script, which prints a mark before each block `sh`."""
    script = []
    for kind, code in blocks(page):
        if kind == "python":
            name = code.splitlines()[0].removeprefix("# ")
            script.append(f"cat > {shlex.quote(name)} <<'END OF FILE'\n{code}END OF FILE")
        elif kind == "sh":
            script.append(f"echo {shlex.quote(_MARK)}\n{code}")
    return "\n".join(script)


def unprinted(page: Path, printed: str) -> list[str]:
    """The lines that a page says its script prints, and that this script did not print, each with what it printed."""
    expected: list[str] = []
    for kind, code in blocks(page):
        if kind == "sh":
            expected.append("")
        elif kind == "text":
            expected[-1] = code
    return [
        f"{line!r} is not in\n{found}"
        for text, found in zip(expected, printed.split(f"{_MARK}\n")[1:], strict=True)
        for line in _lines(text)
        if not _is_printed(line, list(_lines(found)))
    ]


def _lines(text: str) -> Iterator[str]:
    """The lines that say something, with single spaces and without what frames tables."""
    for line in text.splitlines():
        words = " ".join("".join(" " if each in _FRAMES else each for each in line).split())
        if words:
            yield words


def _is_printed(expected: str, printed: list[str]) -> bool:
    pattern = ".*".join(map(re.escape, expected.split("…")))
    return any(re.fullmatch(pattern, line) for line in printed)
