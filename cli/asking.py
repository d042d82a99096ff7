"""Calls whose answers a command shows: a refusal is printed and ends it, and so is whatever else the client raises."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import typer

from cartwright import CartClient, RefusedError
from cli.exits import Exit, reported_errors
from cli.output import print_json, print_refusal

T = TypeVar("T")


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
