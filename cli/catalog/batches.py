"""Rows as commands: in the order in which they need each other, and few enough in each to be taken in at once."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

from pydantic import JsonValue

from cartwright.wire.refusals import Refusal
from cli.catalog.kinds import COMMANDS, CONFIGURATION
from cli.catalog.rows import Row
from engine.reading import Origin, read_command

MOST_ROWS = 1000
"""The most rows that a command takes."""
MOST_BYTES = 512 * 1024
"""Half of what a message may have."""
_ROW = re.compile(r"/data/[a-z]+/(\d+)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one kind that one command brings."""

    kind: str
    rows: tuple[Row, ...]

    @property
    def command(self) -> str:
        """The command's type."""
        return COMMANDS[self.kind]

    @property
    def data(self) -> dict[str, JsonValue]:
        """The command's data."""
        fields: list[JsonValue] = [row.fields for row in self.rows]
        return self.rows[0].fields if self.kind == CONFIGURATION else {self.kind: fields}

    def place(self, path: str) -> str:
        """Where in the files the value stands to which a JSON Pointer into the command leads."""
        found = _ROW.fullmatch(path)
        if self.kind == CONFIGURATION:
            return f"{self.rows[0]} {path.removeprefix('/data')}".rstrip()
        if found is None or int(found[1]) >= len(self.rows):
            return f"{self.rows[0]} and what follows"
        return f"{self.rows[int(found[1])]} {found[2]}".rstrip()

    def check(self) -> None:
        """Raise the refusal that a worker would answer, as far as the rows alone tell."""
        body = json.dumps({"type": self.command, "data": self.data}).encode()
        read_command(body, Origin("default", self.command, "checked", None, None, datetime.now(UTC)))


def batches(rows: Sequence[Row]) -> list[Batch]:
    """All rows, in the order in which they need each other; of one kind, in the order of the files."""
    return list(chain.from_iterable(_of_kind(kind, [row for row in rows if row.kind == kind]) for kind in COMMANDS))


def checked(made: Sequence[Batch]) -> list[tuple[Batch, Refusal]]:
    """The batches that would be refused whatever the catalog holds, and why."""
    refused = []
    for batch in made:
        try:
            batch.check()
        except Refusal as refusal:
            refused.append((batch, refusal))
    return refused


def _of_kind(kind: str, rows: Sequence[Row]) -> Iterator[Batch]:
    most = 1 if kind == CONFIGURATION else MOST_ROWS
    held: list[Row] = []
    size = 0
    for row in rows:
        length = len(json.dumps(row.fields))
        if held and (len(held) == most or size + length > MOST_BYTES):
            yield Batch(kind, tuple(held))
            held, size = [], 0
        held.append(row)
        size += length
    if held:
        yield Batch(kind, tuple(held))
