"""Several commands about a catalog as one: their rows come in one revision, those of later ones over those of earlier.

What a command says about a part of its own data points to `/data/catalog/<number>/…`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cartwright.wire.command import AnyEnvelope
from cartwright.wire.refusals import Problem, Refusal
from facts.snapshot import CatalogRows, Facts
from handlers.kinds import CatalogCommand

CATALOG = "catalog"


class CatalogPart(NamedTuple):
    """One of the commands, as it was registered, in an envelope of its own."""

    entry: CatalogCommand
    envelope: AnyEnvelope


@dataclass(frozen=True, slots=True)
class CatalogParts:
    """The data of a command that is made of others."""

    parts: tuple[CatalogPart, ...]


def composed_catalog(parts: Sequence[CatalogPart]) -> CatalogCommand:
    """The command that these are together, of the first one's type."""
    return CatalogCommand(parts[0].entry.kind, parts[0].entry.envelope, _decide, _warnings)


def _decide(facts: Facts, data: CatalogParts) -> CatalogRows:
    known, made = facts, CatalogRows()
    for number, part in enumerate(data.parts):
        try:
            rows = part.entry.decide(known, part.envelope.data)
        except Refusal as refusal:
            raise refusal.within(CATALOG, number) from None
        made = _together(made, rows)
        known = facts.with_rows(made, facts.revision + 1)
    return made


def _warnings(data: CatalogParts) -> Iterator[Problem]:
    for number, part in enumerate(data.parts):
        for each in part.entry.warns(part.envelope.data):
            yield each.within(CATALOG, number)


def _together(first: CatalogRows, then: CatalogRows) -> CatalogRows:
    """The rows of both, in order; of two with one id the later."""
    both = {kind: {row.id: row for row in rows} for kind, rows in first.by_kind().items()}
    for kind, rows in then.by_kind().items():
        both.setdefault(kind, {}).update({row.id: row for row in rows})
    return CatalogRows(**{kind: tuple(rows.values()) for kind, rows in both.items()})  # type: ignore[arg-type]
