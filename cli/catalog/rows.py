"""Rows of a catalog out of files, each with the place where it stands.

A file is JSON: a list of catalog commands, one of them, or an object with lists of rows by kind. A list of rows alone
is of the kind that the file is named after: `prices.json`, `prices-fr.json`, `30-prices.json`. In a file `*.jsonl`
every line is a row, or a command. A directory is all such files in it, also in the folders below.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from cartwright.wire.nearness import suggestion
from cli.catalog.kinds import COMMANDS, CONFIGURATION, kind_in, kind_of
from cli.exits import Exit, fail
from cli.files import STANDARD_INPUT, broken_json, read_bytes

SAMPLE = "sample"
SAMPLE_FILE = Path(__file__).parents[1] / "samples" / "catalog.json"
LINES = ".jsonl"
ENDINGS = (".json", LINES)
_COMMAND_FIELDS = {"type", "data"}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a kind, and where it stands: `prices.json row 3`. The configuration counts as one row."""

    kind: str
    fields: dict[str, Any]
    place: str

    @property
    def id(self) -> str | None:
        """What names it, if anything does."""
        name = self.fields.get("id", self.fields.get("code"))
        return name if isinstance(name, str) else None

    def __str__(self) -> str:
        return f"{self.place} ({self.id})" if self.id is not None else self.place


class _Unreadable(ValueError):  # noqa: N818 (named for what it says)
    """Why a file can't be read as rows."""


def read_rows(given: str) -> tuple[list[str], list[Row]]:
    """The files that a directory, a file, `-` or `sample` names, and their rows; ends with a sentence if that fails."""
    names, rows = [], []
    for name, path in _files(given):
        try:
            rows += _rows(name, path)
        except _Unreadable as error:
            fail(f"{name} can't be read: {error}", Exit.USAGE)
        names.append(name)
    _refuse_doubles(rows)
    return names, rows


def _files(given: str) -> Sequence[tuple[str, Path]]:
    """The files with the names by which people know them."""
    path = SAMPLE_FILE if given == SAMPLE else Path(given)
    if given == STANDARD_INPUT or not path.is_dir():
        return [(given, path)]
    found = [each for each in sorted(path.rglob("*")) if each.suffix in ENDINGS and each.is_file()]
    if not found:
        fail(f"{given} holds no file that ends in {' or '.join(ENDINGS)}", Exit.USAGE)
    return [(str(each.relative_to(path)), each) for each in found]


def _rows(name: str, path: Path) -> list[Row]:
    document = read_bytes(path)
    kind = kind_in(re.split(r"[^a-z]+", path.stem.lower()))
    if path.suffix == LINES:
        lines = [
            (f"{name} line {number}", line) for number, line in enumerate(document.splitlines(), 1) if line.strip()
        ]
        read = [(place, _value(line)) for place, line in lines]
        found = [row for place, value in read for row in _one(place, value, kind)]
    else:
        found = list(_many(name, _value(document), kind))
    if not found:
        raise _Unreadable("it holds no rows")
    return found


def _value(document: bytes) -> Any:
    try:
        return json.loads(document.decode("utf-8-sig"), object_pairs_hook=_object)
    except _Unreadable:
        raise
    except (ValueError, RecursionError) as error:
        raise _Unreadable(broken_json(document) or str(error)) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Unreadable(f"an object names {next(each for each in names if names.count(each) > 1)} twice")
    return value


def _many(name: str, value: Any, kind: str | None) -> Iterator[Row]:
    """The rows of a whole document."""
    if isinstance(value, list):
        for number, each in enumerate(value, 1):
            yield from _one(f"{name} row {number}", each, kind)
    elif isinstance(value, dict) and not value.keys() >= _COMMAND_FIELDS and kind != CONFIGURATION:
        for each, rows in value.items():
            yield from _of_kind(each, rows, name)
    else:
        yield from _one(name, value, kind)


def _one(place: str, value: Any, kind: str | None) -> Iterator[Row]:
    """The rows of a command, or a row of the kind that the file is named after."""
    if isinstance(value, dict) and value.keys() >= _COMMAND_FIELDS:
        yield from _of_command(place, value)
    elif kind is None:
        raise _Unreadable(
            f"{place} is no command with type and data, and nothing says which kind of row it is: name the file after "
            f"the kind ({', '.join(COMMANDS)}), or put the rows into an object under its name"
        )
    elif isinstance(value, dict):
        yield Row(kind, value, place)
    else:
        raise _Unreadable(f"{place} is no object")


def _of_command(place: str, command: dict[str, Any]) -> Iterator[Row]:
    kind, data = kind_of(str(command["type"])), command["data"]
    if kind is None:
        commands = list(COMMANDS.values())
        meant = suggestion(str(command["type"]), commands)
        raise _Unreadable(f"{place} is no command about the catalog.{meant} There are {', '.join(commands)}")
    if not isinstance(data, dict):
        raise _Unreadable(f"{place}: data is no object")
    if kind == CONFIGURATION:
        yield Row(kind, data, place)
    elif data.keys() == {kind}:
        yield from _of_kind(kind, data[kind], place)
    else:
        raise _Unreadable(f"{place}: the data of {command['type']} is a list of {kind}, and nothing else")


def _of_kind(kind: str, rows: Any, place: str) -> Iterator[Row]:
    if kind not in COMMANDS:
        raise _Unreadable(
            f"there are no rows of kind {kind}.{suggestion(kind, COMMANDS)} There are {', '.join(COMMANDS)}"
        )
    if kind == CONFIGURATION:
        rows = [rows]
    if not isinstance(rows, list):
        raise _Unreadable(f"{place}: {kind} is no list")
    for number, fields in enumerate(rows, 1):
        where = f"{place}, {kind} {number}"
        if not isinstance(fields, dict):
            raise _Unreadable(f"{where} is no object")
        yield Row(kind, fields, where)


def _refuse_doubles(rows: Sequence[Row]) -> None:
    """End if two rows have one id: which of them counts would hang on the order of files."""
    seen: dict[tuple[str, str], Row] = {}
    for row in rows:
        if row.id is not None:
            first = seen.setdefault((row.kind, row.id), row)
            if first is not row:
                _end(f"{row.place} and {first.place} both have {row.kind} {row.id}")


def _end(message: str) -> NoReturn:
    fail(message, Exit.REFUSED)
