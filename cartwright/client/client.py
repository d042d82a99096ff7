"""The client: commands in, typed replies out, many at once over one connection."""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self, TypeVar, Unpack

import aio_pika
from aio_pika.abc import AbstractIncomingMessage
from pydantic import JsonValue

from cartwright.client.calls import CallOptions, DialectOptions, Fields
from cartwright.client.connection import ConnectionLost, Line
from cartwright.client.dialects import DialectReply
from cartwright.client.errors import CallTimeout
from cartwright.client.events import EventStream
from cartwright.client.messages import command_message, dialect_message, read_reply
from cartwright.client.methods import Methods
from cartwright.client.parked import Wanted
from cartwright.client.parking import Parking
from cartwright.client.reconnecting import Link
from cartwright.commands.data import Data
from cartwright.wire.replies import Reply

T = TypeVar("T")
R = TypeVar("R", bound=Reply)


class CartClient(Methods):
    """Talks to the workers behind one broker, for one tenant: a method for every command, and `events`.

    `url` is the broker's address, `prefix` that of the exchanges' names, `timeout` (seconds) holds for every call
    that names none. A connection that breaks is replaced, and what was under way is sent again with the same
    message id, which the worker applies once; the reply then says `duplicate` if the first one had arrived.
    """

    def __init__(self, url: str, *, tenant: str = "default", prefix: str = "cart", timeout: float = 30.0) -> None:
        self._url = url
        self._tenant = tenant
        self._prefix = prefix
        self._timeout = timeout
        self._link = Link(lambda: Line.open(url, f"{prefix}.commands"))

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def open(self) -> None:
        """Connect; raises `Unreachable` or `MissingTopology`."""
        await self._link.open()

    async def close(self) -> None:
        """Disconnect; calls under way raise `ClientClosed`."""
        await self._link.close()

    async def call(
        self,
        kind: str,
        data: Data | Fields | None = None,
        *,
        cart_id: str | None = None,
        **options: Unpack[CallOptions],
    ) -> Reply:
        """Send a command by its type, one that has no method too, and return its reply as the model of its type.

        Raises `RefusedError` (of a class of its own for the codes that callers branch on), `CallTimeout`,
        `Unroutable`, `NotTaken`, `UnreadableMessage` or `ClientClosed`.
        """
        return read_reply(await self._answer(kind, data, cart_id, options))

    async def ask(  # noqa: D102 (as in Calls)
        self,
        reply: type[R],
        kind: str,
        data: Data | Fields | None = None,
        *,
        cart_id: str | None = None,
        **options: Unpack[CallOptions],
    ) -> R:
        return read_reply(await self._answer(kind, data, cart_id, options), reply)

    async def send(
        self,
        kind: str,
        data: Data | Fields | None = None,
        *,
        cart_id: str | None = None,
        **options: Unpack[CallOptions],
    ) -> str:
        """Send a command whose reply nobody waits for, and return its message id once the broker has it.

        Raises as `call` does, but for refusals: whether the command was applied, only the events tell.
        """
        timeout = options.get("timeout", self._timeout)
        message = command_message(kind, data, cart_id, options)
        await self._persist(Line.tell, message, self._key(kind), timeout)
        return str(message.message_id)

    async def call_dialect(
        self,
        dialect: str,
        operation: str,
        parameters: JsonValue = None,
        body: JsonValue = None,
        *,
        cart_id: str | None = None,
        **options: Unpack[DialectOptions],
    ) -> DialectReply:
        """Send an operation of a dialect with the document's own parameters and body, and return its response.

        What the document has as an error is returned as well (`DialectReply.refused`). Raises `CallTimeout`,
        `Unroutable`, `NotTaken`, `UnreadableMessage` or `ClientClosed`.
        """
        timeout = options.get("timeout", self._timeout)
        message = dialect_message(dialect, {"parameters": parameters, "body": body}, cart_id, options, timeout)
        return DialectReply.of(await self._persist(Line.ask, message, self._key(operation), timeout))

    def events(self, *types: str, queue: str | None = None) -> EventStream:
        """The tenant's events of these types, or all; see `EventStream` for `queue`."""
        keys = tuple(f"{self._tenant}.{kind}" for kind in types or ("*",))
        return EventStream(self._link, f"{self._prefix}.events", keys, queue)

    def parking(self, wanted: Wanted | None = None, *, bodies: bool = True, patience: float = 10.0) -> Parking:
        """A visit to the parking queue, for the messages that are wanted: by default all of this client's tenant.

        Without `bodies` they are listed without their bodies, which may be large. `patience` counts the seconds to wait
        while somebody else is there.
        """
        meant = Wanted(tenant=self._tenant) if wanted is None else wanted
        return Parking(self._url, self._prefix, self._ask_parked, meant, bodies=bodies, patience=patience)

    async def _answer(self, kind: str, data: Data | Fields | None, cart_id: str | None, options: CallOptions) -> bytes:
        timeout = options.get("timeout", self._timeout)
        message = command_message(kind, data, cart_id, options, expires_in=timeout)
        return (await self._persist(Line.ask, message, self._key(kind), timeout)).body

    async def _ask_parked(self, message: aio_pika.Message, routing_key: str, seconds: float) -> AbstractIncomingMessage:
        return await self._persist(Line.ask, message, routing_key, seconds)

    def _key(self, kind: str) -> str:
        return f"{self._tenant}.{kind}"

    async def _persist(
        self,
        act: Callable[[Line, aio_pika.Message, str], Awaitable[T]],
        message: aio_pika.Message,
        routing_key: str,
        seconds: float,
    ) -> T:
        """Act on one line after the other until one of them lives long enough."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    line = await self._link.line()
                    try:
                        return await act(line, message, routing_key)
                    except ConnectionLost:
                        continue
        except TimeoutError as error:
            raise CallTimeout(str(message.message_id), seconds) from error
