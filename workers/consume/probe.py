"""A throwaway connection, to find out which messages make the broker close a connection."""

from contextlib import suppress

import aiormq
from aiormq.abc import AbstractChannel, AbstractConnection
from aiormq.exceptions import ConnectionInternalError

from workers.amqp.answering import LOST, answering

_SECONDS = 3.0


class Probe:
    """Publishes empty messages on a connection of its own, opened when it is first needed."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: AbstractConnection | None = None
        self._channel: AbstractChannel | None = None

    async def survives(self, routing_key: str) -> bool:
        """Whether the broker takes a message under this routing key, or ends the connection with an internal error.

        Raises AMQPError or OSError if the broker does not answer at all.
        """
        try:
            async with answering(_SECONDS):
                channel = self._channel or await self._open()
                await channel.basic_publish(b"", exchange="", routing_key=routing_key, mandatory=False)
        except ConnectionInternalError:
            await self.close()
            return False
        except BaseException:
            await self.close()
            raise
        return True

    async def close(self) -> None:
        """Close the connection, if there is one."""
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            with suppress(*LOST):
                async with answering(_SECONDS):
                    await connection.close()

    async def _open(self) -> AbstractChannel:
        self._connection = await aiormq.connect(self._url)
        self._channel = await self._connection.channel(publisher_confirms=True)
        return self._channel
