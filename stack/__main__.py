"""`python -m stack up | status | down | find`: a stack that stays, in `.stack/` here."""

import asyncio
import json
import shlex
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from stack.errors import StackError
from stack.finding import running_stack
from stack.guard import marked, sweep
from stack.local import start_local

app = typer.Typer(help="A RabbitMQ and a MongoDB that stay until they are taken down.", no_args_is_help=True)

Management = Annotated[bool, typer.Option(help="With RabbitMQ's management plugin.")]


@app.command()
def up(*, management: Management = False) -> None:
    """Start the stack unless it is up, and print its addresses for the shell."""
    if not _is_up():
        sweep(_folder())  # what a power cut or a half-finished start left
        _start(management=management)
    _print_addresses()


@app.command()
def down() -> None:
    """Stop the stack and remove its data."""
    sweep(_folder())


@app.command()
def status() -> None:
    """Print the addresses; ends with code 1 when the stack is not up."""
    if not _is_up():
        typer.echo("The stack is down.")
        raise typer.Exit(1)
    _print_addresses()


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


def _folder() -> Path:
    return Path.cwd() / ".stack"


def _state_file() -> Path:
    return _folder() / "state.json"


def _is_up() -> bool:
    if not _state_file().exists():
        return False
    return set(json.loads(_state_file().read_text())["processes"]) <= set(marked(_folder()))


def _start(*, management: bool) -> None:
    try:
        stack = asyncio.run(start_local(management=management, folder=_folder()))
    except StackError as error:
        _give_up(error)
    addresses = {"CART_AMQP_URL": stack.amqp_url, "CART_MONGO_URL": stack.mongo_url}
    if stack.management_url is not None:
        addresses["CART_MANAGEMENT_URL"] = stack.management_url
    _state_file().write_text(json.dumps({"addresses": addresses, "processes": stack.processes}))


def _give_up(error: StackError) -> NoReturn:
    typer.echo(error, err=True)
    raise typer.Exit(1) from error


def _print_addresses() -> None:
    for name, address in json.loads(_state_file().read_text())["addresses"].items():
        typer.echo(f"export {name}={shlex.quote(address)}")


if __name__ == "__main__":
    app()
