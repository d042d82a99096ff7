"""What people name on the command line: files, read whole, and values of options that may stand in files."""

import json
import sys
from pathlib import Path

from cli.exits import Exit, fail

STANDARD_INPUT = "-"


def read_bytes(file: Path) -> bytes:
    """What is in the file, or comes in on standard input (`-`); ends with a sentence if it can't be read."""
    try:
        return sys.stdin.buffer.read() if str(file) == STANDARD_INPUT else file.read_bytes()
    except OSError as error:
        fail(f"{file} can't be read: {error.strerror or error}", Exit.USAGE)


def read_option(option: str, given: str) -> bytes:
    """What an option's value names: the text itself, what is in `@FILE`, or what comes in on standard input (`-`)."""
    try:
        if given == STANDARD_INPUT:
            return sys.stdin.buffer.read()
        return Path(given[1:]).read_bytes() if given.startswith("@") else given.encode()
    except (OSError, ValueError) as error:
        fail(f"{option} can't be read: {error}", Exit.USAGE)


def broken_json(document: bytes) -> str | None:
    """Where and why a document is no JSON, by line and column; None if it is JSON."""
    try:
        json.loads(document.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = document.count(b"\n", 0, error.start) + 1
        return f"line {line} is not UTF-8"
    except json.JSONDecodeError as error:
        return f"line {error.lineno}, column {error.colno}: {error.msg}"
    except RecursionError:
        return "it is nested too deep"
    return None
