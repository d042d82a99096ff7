"""A private RabbitMQ node from the system's package, run as the current user."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from stack.processes import Server, reserved_port

# The script in the package's own folder. The `rabbitmq-server` on the PATH of Debian insists on its own user.
_SCRIPTS = "usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server"
_PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"
_METHOD_FRAME = b"\x01"


def find_rabbitmq() -> Path | None:
    """Return the server script of the installed RabbitMQ package, or None."""
    return max(Path("/").glob(_SCRIPTS), default=None)


class RabbitNode:
    """A node with its own name, ports, data, log, plugins and port mapper, all in one folder.

    `settings` are further lines of `rabbitmq.conf`.
    """

    def __init__(self, script: Path, folder: Path, *, management: bool = False, settings: Sequence[str] = ()) -> None:
        self._script = script
        self._port = reserved_port()
        self.url = f"amqp://guest:guest@127.0.0.1:{self._port}"
        management_port = reserved_port() if management else None
        self.management_url = f"http://127.0.0.1:{management_port}" if management_port else None
        _write_settings(folder, self._port, management_port, settings)
        # With input allowed, the script becomes the Erlang machine instead of waiting for it.
        environment = _environment(folder) | {"RABBITMQ_ALLOW_INPUT": "1"}
        self._server = Server(folder, [str(script), "-noinput"], environment)

    async def start(self) -> None:
        """Start the node, or start it again on its data; it takes connections when this returns."""
        self._server.start()
        await self._server.wait_until(self._greets, seconds=90)

    @property
    def processes(self) -> list[int]:
        """The process id while the server runs."""
        return self._server.processes

    async def kill(self) -> None:
        """Kill the node without notice; see `Stack.kill_broker` for what stays on its disk."""
        await self._server.kill()

    async def control(self, *command: str) -> None:
        """Run `rabbitmqctl` on the node; raises StackError with what it says if it fails."""
        await self._server.run([str(self._script.with_name("rabbitmqctl")), *command])

    async def _greets(self) -> bool:
        """Whether the node answers the protocol header; its listener opens when everything else is up."""
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(2):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                try:
                    writer.write(_PROTOCOL_HEADER)
                    return await reader.read(1) == _METHOD_FRAME
                finally:
                    writer.close()
        return False


def _write_settings(folder: Path, port: int, management_port: int | None, further: Sequence[str]) -> None:
    plugins = ["rabbitmq_consistent_hash_exchange"]
    settings = [f"listeners.tcp.1 = 127.0.0.1:{port}", "disk_free_limit.absolute = 50MB", *further]
    if management_port is not None:
        plugins.append("rabbitmq_management")
        settings += ["management.tcp.ip = 127.0.0.1", f"management.tcp.port = {management_port}"]
    (folder / "enabled_plugins").write_text(f"[{','.join(plugins)}].\n")
    (folder / "rabbitmq.conf").write_text("\n".join(settings) + "\n")


def _environment(folder: Path) -> dict[str, str]:
    data = folder / "rabbitmq"
    return {
        "RABBITMQ_NODENAME": f"cart-{reserved_port()}@localhost",
        "RABBITMQ_DIST_PORT": str(reserved_port()),
        "ERL_EPMD_PORT": str(reserved_port()),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_MNESIA_BASE": str(data),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_PID_FILE": str(folder / "rabbitmq.pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        # Files that don't exist: the machine's own settings must not leak in.
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
        # Bound schedulers of several nodes would all sit on the same core.
        "RABBITMQ_SCHEDULER_BIND_TYPE": "u",
    }
