"""The commands of `cart partitions`. Each one imports what it needs when it runs, so that `cart --help` is quick."""

# ruff: noqa: PLC0415 (imports wait for their command)

from typing import Annotated

import typer

from cli.options import Json

partitions = typer.Typer(help="Show the partitions: owners, and commands that wait; change their number.")


@partitions.callback(invoke_without_command=True)
def show(context: typer.Context, *, as_json: Json = False) -> None:
    """Show the partitions: which worker owns which, and how many commands wait in them."""
    from cli.partitions.showing import show_partitions

    if context.invoked_subcommand is None:
        show_partitions(as_json=as_json)


@partitions.command("set")
def set_(
    number: Annotated[int, typer.Argument(help="How many there are to be.", min=1, max=256)],
    *,
    wait: Annotated[bool, typer.Option(help="Wait until the change is done.")] = True,
    timeout: Annotated[float, typer.Option(help="Seconds to wait.", min=0.001)] = 300.0,
) -> None:
    """Change the number of partitions while callers send and workers work; each cart's commands keep their order."""
    from cli.partitions.changing import set_partitions

    set_partitions(number, timeout, wait=wait)
