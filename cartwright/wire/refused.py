"""The reply to a command that was refused, as callers read it (contract, "A reply")."""

from typing import Literal

from pydantic import Field, JsonValue

from cartwright.wire.answer import Answer
from cartwright.wire.examples import example


class ProblemEntry(Answer):
    """One finding in a refused command; `path` is a JSON Pointer into its body."""

    path: str
    """A JSON Pointer into the body of the command; empty for the whole of it."""
    code: str
    """A stable code for programs."""
    message: str
    """A sentence for people."""


class ErrorEntry(Answer):
    """Why a command was refused. `code` is stable, `message` is for people."""

    code: str
    """The error code."""
    message: str
    """A sentence for people."""
    retryable: bool
    """Whether the same command may succeed later, after reading the cart again or waiting."""
    details: dict[str, JsonValue] = Field(default_factory=dict)
    """Values that belong to the code, e.g. `currentVersion`."""
    problems: list[ProblemEntry] = Field(default_factory=list)
    """Every problem that was found, with its place in the command."""


class CommandRefused(Answer):
    """The answer to a command that was refused; nothing was written."""

    model_config = example(
        {
            "type": "command-refused",
            "commandId": "m-3",
            "cartId": "c-42",
            "error": {
                "code": "stale-version",
                "message": "The cart is at version 9, the command expected 7.",
                "retryable": True,
                "details": {"currentVersion": 9},
                "problems": [],
            },
        }
    )

    type: Literal["command-refused"]
    """The kind of reply."""
    command_id: str | None = None
    """The message id of the command."""
    cart_id: str | None = None
    """The cart that the command named."""
    error: ErrorEntry
    """Why the command was refused."""
