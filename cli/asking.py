"""The client of a command, and calls whose answers it shows; a refusal, and what else the client raises, ends it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import typer

from cartwright import CartClient, RefusedError
from cli.exits import Exit, reported_errors
from cli.output import print_json, print_refusal
from cli.servers import found_settings

T = TypeVar("T")


def client_for(tenant: str) -> CartClient:
    """A client, not yet open, for the broker that was found."""
    settings = found_settings()
    return CartClient(settings.amqp_url.get_secret_value(), tenant=tenant, prefix=settings.prefix)


def answered(client: CartClient, ask: Callable[[CartClient], Awaitable[T]], *, as_json: bool = False) -> T:
    """What the calls lead to, on the client while it is open; a refusal ends with `REFUSED`."""
    with reported_errors():
        try:
            return asyncio.run(_open(client, ask))
        except RefusedError as refused:
            (print_json if as_json else print_refusal)(refused.reply)
            raise typer.Exit(Exit.REFUSED) from refused


async def _open(client: CartClient, ask: Callable[[CartClient], Awaitable[T]]) -> T:
    async with client:
        return await ask(client)
