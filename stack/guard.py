"""The guard of a private stack: when its owner ends, however it ends, nothing of the stack is left.

Every server of a stack carries the stack's folder in its environment, and so does whatever it starts in
turn (Erlang's port mapper becomes a daemon of its own). That mark, and not a list of process ids that may be
stale or taken by somebody else after a reboot, says what belongs to the stack.

As a program (`python guard.py FOLDER`) it reads its standard input to the end. The owner holds the other end
of that pipe, so the end comes when the owner closes it, is terminated, or is killed. It uses the standard
library only, to be ready at once. It reads `/proc`, as private stacks run on Linux only.
"""

import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

MARK = "CART_STACK_FOLDER"


def marked(folder: Path) -> list[int]:
    """Return the ids of the living processes that belong to the stack in `folder`."""
    mark = os.fsencode(f"{MARK}={folder}")
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if mark in _environment(entry)]


def sweep(folder: Path, patience: float = 10.0) -> None:
    """Kill every process of the stack in `folder`, then remove the folder.

    The data is discarded, so no process is asked to end properly. Raises TimeoutError when a process is
    still there after `patience` seconds.
    """
    deadline = time.monotonic() + patience
    while processes := marked(folder):
        if time.monotonic() > deadline:
            raise TimeoutError(f"processes {processes} of the stack in {folder} do not end")
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.02)
    shutil.rmtree(folder, ignore_errors=True)


def _environment(entry: Path) -> list[bytes]:
    try:
        return (entry / "environ").read_bytes().split(b"\0")
    except OSError:  # it has ended meanwhile, or is another user's
        return []


if __name__ == "__main__":
    sys.stdin.buffer.read()
    sweep(Path(sys.argv[1]))
