"""The interface of a stack."""

from typing import Literal

from stack.errors import StackError

Origin = Literal["environment", "docker", "local"]


class Stack:
    """A RabbitMQ and a MongoDB that answer.

    `amqp_url` and `mongo_url` are addresses as the drivers take them; `management_url` is RabbitMQ's management
    interface, or None; `origin` says where the servers come from. Only a local stack can be harmed on purpose:
    on any other, the methods that do so raise StackError.
    """

    def __init__(self, origin: Origin, amqp_url: str, mongo_url: str, management_url: str | None = None) -> None:
        self.origin = origin
        self.amqp_url = amqp_url
        self.mongo_url = mongo_url
        self.management_url = management_url

    @property
    def processes(self) -> list[int]:
        """The process ids of the running servers, as far as they are our own processes."""
        return []

    async def stop(self) -> None:
        """Stop and remove what was started for this stack; servers that were found running stay."""

    async def kill_broker(self) -> None:
        """Kill RabbitMQ without notice.

        Confirmed messages are kept, but the queue that was declared last may be gone. RabbitMQ 3.10 keeps queues
        in Mnesia, which writes the declaration to its log at once but the record that it was committed only with
        what comes next; without that record, a restarted node drops the declaration.
        """
        raise self._not_ours()

    async def restart_broker(self) -> None:
        """Kill RabbitMQ if it runs, and start it again with the same address and data."""
        raise self._not_ours()

    async def control_broker(self, *command: str) -> None:  # noqa: ARG002 - as a local stack has it
        """Run a command of `rabbitmqctl`, such as `stop_app` or `close_all_connections`."""
        raise self._not_ours()

    async def kill_database(self) -> None:
        """Kill MongoDB without notice."""
        raise self._not_ours()

    async def restart_database(self) -> None:
        """Kill MongoDB if it runs, and start it again with the same address and data."""
        raise self._not_ours()

    def freeze_database(self) -> None:
        """Stop MongoDB without closing its connections: nobody answers any more."""
        raise self._not_ours()

    def thaw_database(self) -> None:
        """Let a frozen MongoDB go on."""
        raise self._not_ours()

    def _not_ours(self) -> StackError:
        return StackError(f"only a local stack can be harmed; this one comes from: {self.origin}")
