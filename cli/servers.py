"""Which servers a command talks to: those of the environment, or those of a stack that was left running."""

import os

import typer

from cli.exits import Exit, fail
from workers.environment import BadSettings, read_settings, unknown_variables
from workers.settings import Settings


def settings_or_exit(**given: str) -> Settings:
    """The settings; ends with a line for each value that is not allowed."""
    try:
        return read_settings(**given)
    except BadSettings as error:
        fail(error, Exit.USAGE)


def warn_of_unknown_variables() -> None:
    """Say which variables have no effect, because they are misspelt."""
    for warning in unknown_variables():
        typer.echo(f"cart: warning: {warning}", err=True)


def found_settings(*, warn: bool = True) -> Settings:
    """The settings, with the addresses of `make stack-up` where the environment names no broker."""
    if warn:
        warn_of_unknown_variables()
    if "CART_AMQP_URL" in os.environ:
        return settings_or_exit()
    from stack.state import left_running  # noqa: PLC0415 (brings the driver, a sixth of what a short command takes)

    addresses = left_running()
    if addresses is None:
        fail("no broker is known: set CART_AMQP_URL, or start servers with 'make stack-up'", Exit.UNREACHABLE)
    return settings_or_exit(amqp_url=addresses["CART_AMQP_URL"], mongo_url=addresses["CART_MONGO_URL"])
