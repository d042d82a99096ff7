"""`cart demo`: a day in a shop, and how it ended as an exit code."""

import typer

from cli.exits import Exit, fail, reported_errors
from demo import run_demo
from stack import StackError


def play_demo(carts: int, seconds: float, *, as_json: bool) -> None:
    """Play the day; ends with `REFUSED` if a guarantee doesn't hold."""
    try:
        with reported_errors():
            holds = run_demo(carts, seconds, as_json=as_json)
    except StackError as error:
        fail(error, Exit.UNREACHABLE)
    if not holds:
        raise typer.Exit(Exit.REFUSED)
