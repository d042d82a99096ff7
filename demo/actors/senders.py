"""The two ways to talk to the workers: an orchestrator over queues, a service over RPC."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from cartwright import CartClient, RefusedError
from demo.record import Command, Record, Sending
from demo.wire import PATIENCE, Wire


class Sender(Protocol):
    """Sends commands. Both methods return what was sent, with its reply; they raise `TimeoutError` without one."""

    async def ask(self, command: Command, expects: str | None = None) -> Sending:
        """Send a command and wait for its reply; see `Sending` for `expects`."""

    async def ask_all(self, commands: Sequence[Command]) -> list[Sending]:
        """Send commands one after the other without waiting in between, then wait for all replies."""


class Orchestrator:
    """Publishes commands, and gets replies from a queue of its own."""

    def __init__(self, wire: Wire, name: str = "orchestrator") -> None:
        self._wire = wire
        self._name = name

    async def ask(self, command: Command, expects: str | None = None) -> Sending:  # noqa: D102 (as in Sender)
        sending = Sending.of(self._name, command, expects)
        await self._wire.ask(sending)
        return sending

    async def ask_all(self, commands: Sequence[Command]) -> list[Sending]:  # noqa: D102
        sendings = [Sending.of(self._name, command) for command in commands]
        # One publication after the other: the order on the wire is the order in which they are applied.
        settled = [await self._wire.post(sending) for sending in sendings]
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(each.wait() for each in settled))
        return sendings


class Service:
    """Calls the workers through the typed client, as a web service would."""

    def __init__(self, client: CartClient, record: Record, name: str = "service") -> None:
        self._client = client
        self._record = record
        self._name = name

    async def ask(self, command: Command, expects: str | None = None) -> Sending:  # noqa: D102 (as in Sender)
        sending = self._record.sent(Sending.of(self._name, command, expects))
        try:
            reply = await self._client.call(
                command.kind,
                command.data,
                cart_id=command.cart_id,
                message_id=command.message_id,
                version=command.envelope.get("version"),
                dry_run=sending.dry_run,
                reason=command.envelope.get("reason"),
                timeout=PATIENCE,
            )
        except RefusedError as refusal:
            self._record.answered(sending, refusal.reply.wire())
        else:
            self._record.answered(sending, reply.wire())
        return sending

    async def ask_all(self, commands: Sequence[Command]) -> list[Sending]:  # noqa: D102
        return await asyncio.gather(*(self.ask(command) for command in commands))
