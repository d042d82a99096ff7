"""The servers of one test run: whichever of its processes asks first has them started, all use them, the run ends them.

A pipe with a name in the run's folder says whether the run goes on: the process that tests were called from keeps it
open, and so does nobody once that process has ended, in whatever way.
"""

import asyncio
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from stack import Stack, StackError, running_stack

READY = b"ready\n"


class TestRun:
    """Held by the process that tests were called from; its folder is what the other processes need to know."""

    __test__ = False

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cart-tests-"))
        os.mkfifo(self.folder / "alive")
        # For reading too, or opening would wait for a reader.
        self._alive = os.open(self.folder / "alive", os.O_RDWR)

    def end(self) -> None:
        """End the servers, if there are any, and wait until they are gone."""
        os.close(self._alive)
        with suppress(FileNotFoundError), (self.folder / "holding").open("w") as holding:
            fcntl.flock(holding, fcntl.LOCK_EX)
        shutil.rmtree(self.folder, ignore_errors=True)


def shared_stack(folder: Path) -> Stack:
    """The servers of the run with this folder. Raises StackError if they don't come up."""
    addresses = folder / "addresses.json"
    with (folder / "asking").open("w") as asking:
        fcntl.flock(asking, fcntl.LOCK_EX)
        if not addresses.exists():
            _start(folder)
    return Stack(**json.loads(addresses.read_text()))


def _start(folder: Path) -> None:
    command = [sys.executable, "-P", __file__, str(folder)]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    assert holder.stdout is not None
    with holder.stdout:
        first = holder.stdout.readline()
        if first != READY:
            raise StackError((first + holder.stdout.read()).decode())
    holder.returncode = 0  # it goes on until the run ends, and is not ours to wait for


async def _hold(folder: Path) -> None:
    """Start the servers, write down where they are, and stop them when the run has ended."""
    with (folder / "holding").open("w") as holding, (folder / "alive").open("rb", buffering=0) as alive:
        fcntl.flock(holding, fcntl.LOCK_EX)
        async with running_stack(in_memory=True) as stack:
            given = {name: getattr(stack, name) for name in ("origin", "amqp_url", "mongo_url", "management_url")}
            (folder / "addresses.json").write_text(json.dumps(given))
            sys.stdout.buffer.write(READY)
            sys.stdout.flush()
            await asyncio.to_thread(alive.read)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    try:
        asyncio.run(_hold(Path(sys.argv[1])))
    except StackError as error:
        sys.exit(str(error))
