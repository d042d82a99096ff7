"""`python -m stack up | status | down | find`: a stack that stays, in `.stack/` here."""

import asyncio
import shlex
from collections.abc import Mapping
from typing import Annotated, NoReturn

import typer

from stack.errors import StackError
from stack.finding import running_stack
from stack.guard import sweep
from stack.local import start_local
from stack.state import keep_state, left_running, stack_folder

app = typer.Typer(help="A RabbitMQ and a MongoDB that stay until they are taken down.", no_args_is_help=True)

Management = Annotated[bool, typer.Option(help="With RabbitMQ's management plugin.")]


@app.command()
def up(*, management: Management = False) -> None:
    """Start the stack unless it is up, and print its addresses for the shell."""
    addresses = left_running()
    if addresses is None:
        sweep(stack_folder())  # what a power cut or a half-finished start left
        addresses = _start(management=management)
    _print(addresses)


@app.command()
def down() -> None:
    """Stop the stack and remove its data."""
    sweep(stack_folder())


@app.command()
def status() -> None:
    """Print the addresses; ends with code 1 when the stack is not up."""
    addresses = left_running()
    if addresses is None:
        typer.echo("The stack is down.")
        raise typer.Exit(1)
    _print(addresses)


@app.command()
def find() -> None:
    """Start a stack as the tests do, say where it comes from, and stop it; installs what may be installed."""
    try:
        typer.echo(f"Servers come from: {asyncio.run(_origin())}")
    except StackError as error:
        _give_up(error)


async def _origin() -> str:
    async with running_stack() as stack:
        return stack.origin


def _start(*, management: bool) -> dict[str, str]:
    try:
        return keep_state(asyncio.run(start_local(management=management, folder=stack_folder())))
    except StackError as error:
        _give_up(error)


def _give_up(error: StackError) -> NoReturn:
    typer.echo(error, err=True)
    raise typer.Exit(1) from error


def _print(addresses: Mapping[str, str]) -> None:
    for name, address in addresses.items():
        typer.echo(f"export {name}={shlex.quote(address)}")


if __name__ == "__main__":
    app()
