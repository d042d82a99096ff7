"""Catalog revisions as documents."""

from typing import Any

from cartwright.pricing.facts import KINDS, CatalogRows
from cartwright.storage.records import Revision


def write_revision(revision: Revision) -> dict[str, Any]:
    """A revision with all its rows."""
    return {
        "_id": f"{revision.tenant}/{revision.revision}",
        "tenant": revision.tenant,
        "revision": revision.revision,
        "at": revision.at,
        "commandId": revision.command_id,
        "bodyHash": revision.body_hash,
        **{kind: [row.wire() for row in given] for kind, given in revision.rows.by_kind().items()},
    }


def read_revision(document: dict[str, Any]) -> Revision:
    """The revision that `write_revision` wrote."""
    return Revision(
        tenant=document["tenant"],
        revision=document["revision"],
        at=document["at"],
        command_id=document["commandId"],
        body_hash=bytes(document["bodyHash"]),
        rows=CatalogRows.of({kind: document.get(kind, ()) for kind in KINDS}),
    )
