"""`cart health`: what the worker on this machine says of itself, for the health checks of containers."""

import json
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import typer

from cli.exits import Exit, fail
from workers.environment import BadSettings, read_settings

SECONDS = 5.0


def ask_worker(question: str) -> None:
    """Ask `/live` or `/ready` on the port of the settings; ends with `REFUSED` if the worker says no."""
    try:
        port = read_settings().metrics_port
    except BadSettings as error:
        fail(error, Exit.USAGE)
    if port == 0:
        fail("the worker serves no health: set CART_METRICS_PORT, for it and here", Exit.USAGE)
    status, answer = _asked(port, question)
    for each in answer["checks"]:
        if not each["ok"]:
            typer.echo(f"{each['check']}: {each['detail']}", err=True)
    if status != 200:
        raise typer.Exit(Exit.REFUSED)
    typer.echo(question)


def _asked(port: int, question: str) -> tuple[int, dict[str, list[dict[str, str]]]]:
    try:
        # The address is this machine's own.
        with urlopen(f"http://127.0.0.1:{port}/{question}", timeout=SECONDS) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refusal:
        with refusal:
            return refusal.code, json.load(refusal)
    except (URLError, OSError, ValueError) as error:
        fail(f"no worker answers on port {port}: {error}", Exit.UNREACHABLE)
