"""A stack out of containers, where Docker answers; Testcontainers removes them when their owner ends."""

import asyncio

from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from stack.stack import Stack

_RABBITMQ = "rabbitmq:4-management"
_MONGODB = "mongo:8"
_BROKER_COMMAND = [
    "sh",
    "-c",
    "rabbitmq-plugins enable --offline rabbitmq_consistent_hash_exchange && exec docker-entrypoint.sh rabbitmq-server",
]
_INITIATE = """
try { rs.status() } catch { rs.initiate({_id: 'cart', members: [{_id: 0, host: 'localhost:27017'}]}) }
while (!db.hello().isWritablePrimary) sleep(50)
"""


class ContainerStack(Stack):
    """A stack whose servers run in two containers."""

    def __init__(self, broker: DockerContainer, database: DockerContainer) -> None:
        super().__init__(
            "docker",
            f"amqp://guest:guest@{_address(broker, 5672)}",
            # The member's name is known inside the container only, so the driver must not follow it.
            f"mongodb://{_address(database, 27017)}/?directConnection=true",
            f"http://{_address(broker, 15672)}",
        )
        self._containers = (broker, database)

    async def stop(self) -> None:
        """Stop and remove both containers."""
        await asyncio.gather(*(asyncio.to_thread(container.stop) for container in self._containers))


def docker_answers() -> bool:
    """Whether a Docker engine can be reached."""
    try:
        return bool(DockerClient().client.ping())
    except Exception:  # noqa: BLE001 - the client raises whatever its transport does; any of it means no engine
        return False


async def start_containers() -> ContainerStack:
    """Start RabbitMQ and MongoDB in containers of their own."""
    broker, database = await asyncio.gather(asyncio.to_thread(_start_broker), asyncio.to_thread(_start_database))
    return ContainerStack(broker, database)


def _start_broker() -> DockerContainer:
    container = DockerContainer(_RABBITMQ).with_exposed_ports(5672, 15672).with_command(_BROKER_COMMAND)
    return container.waiting_for(LogMessageWaitStrategy("Server startup complete")).start()


def _start_database() -> DockerContainer:
    container = DockerContainer(_MONGODB).with_exposed_ports(27017).with_command("--replSet cart --bind_ip_all")
    container.waiting_for(LogMessageWaitStrategy("Waiting for connections")).start()
    outcome = container.exec(["mongosh", "--quiet", "--eval", _INITIATE])
    if outcome.exit_code != 0:
        container.stop()
        raise RuntimeError(f"MongoDB refused to become a replica set: {outcome.output!r}")
    return container


def _address(container: DockerContainer, port: int) -> str:
    return f"{container.get_container_host_ip()}:{container.get_exposed_port(port)}"
