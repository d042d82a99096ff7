"""Looks at what clients send, and at what a worker parks."""

from typing import Self

from aio_pika.abc import AbstractConnection, AbstractIncomingMessage, AbstractQueue, DeliveryMode


class Wire:
    """A copy of every command, and the parking queue."""

    def __init__(self, sent: AbstractQueue, parking: AbstractQueue) -> None:
        self._sent = sent
        self._parking = parking

    @classmethod
    async def open(cls, connection: AbstractConnection, prefix: str) -> Self:
        """Listen on the exchange of commands, which a worker has declared."""
        channel = await connection.channel()
        sent = await channel.declare_queue(exclusive=True)
        await sent.bind(f"{prefix}.commands", "#")
        return cls(sent, await channel.get_queue(f"{prefix}.parking"))

    async def forget(self) -> None:
        """Forget what was sent and parked so far."""
        await _drain(self._sent)
        await _drain(self._parking)

    async def sent_properties(self) -> str:
        """What the last message said of itself, in a few words."""
        message = (await _drain(self._sent))[-1]
        kind = f"`{message.content_type}`" if message.content_type else "no content type"
        encoding = f", encoding `{message.content_encoding}`" if message.content_encoding else ""
        lasting = "persistent" if message.delivery_mode is DeliveryMode.PERSISTENT else "not persistent"
        key = "a made-up message id" if message.message_id else "no message id"
        return f"{kind}{encoding}; {lasting}; {key}"

    async def parked_code(self) -> str | None:
        """Why the last message was parked, if one was."""
        parked = await _drain(self._parking)
        return str(parked[-1].headers["parked-code"]) if parked else None


async def _drain(queue: AbstractQueue) -> list[AbstractIncomingMessage]:
    found = []
    while (message := await queue.get(no_ack=True, fail=False)) is not None:
        found.append(message)
    return found
