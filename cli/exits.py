"""How a command ends: exit codes for scripts, and errors of the client as codes and sentences."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import NoReturn

import typer

from workers.masking import masked


class Exit(IntEnum):
    """Exit codes; 0 is success."""

    REFUSED = 1
    USAGE = 2
    UNREACHABLE = 3
    NO_ANSWER = 4


def fail(message: object, code: Exit) -> NoReturn:
    """Say what went wrong, a line for each thing, and end."""
    for line in masked(str(message)).splitlines():
        typer.echo(f"cart: {line}", err=True)
    raise typer.Exit(code)


def error_text(error: BaseException) -> str:
    """What an error says, or else what it is called."""
    return str(error) or type(error).__name__


@contextmanager
def reported_errors() -> Iterator[None]:
    """End with a sentence and an exit code where the client raises; a refusal counts as `REFUSED`."""
    # The client takes a second or more to import, and who asks after a worker's health every few seconds needs none.
    from cartwright import (  # noqa: PLC0415
        CallTimeout,
        ClientError,
        MissingTopology,
        NotTaken,
        ParkingBusy,
        Unreachable,
        Unroutable,
    )

    try:
        yield
    except (Unreachable, MissingTopology, Unroutable, NotTaken) as error:
        fail(error, Exit.UNREACHABLE)
    except (CallTimeout, ParkingBusy) as error:
        fail(error, Exit.NO_ANSWER)
    except ClientError as error:
        fail(error, Exit.REFUSED)
