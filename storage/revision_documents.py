"""Catalog revisions as documents."""

from typing import Any

from cartwright.models.catalog import Offering, PricePoint, Tax
from cartwright.pricing.facts import CatalogRows
from cartwright.storage.records import Revision


def write_revision(revision: Revision) -> dict[str, Any]:
    """A revision with all its rows."""
    rows = revision.rows
    return {
        "_id": f"{revision.tenant}/{revision.revision}",
        "tenant": revision.tenant,
        "revision": revision.revision,
        "at": revision.at,
        "commandId": revision.command_id,
        "bodyHash": revision.body_hash,
        "offerings": [row.wire() for row in rows.offerings],
        "prices": [row.wire() for row in rows.prices],
        "taxes": [row.wire() for row in rows.taxes],
    }


def read_revision(document: dict[str, Any]) -> Revision:
    """The revision that `write_revision` wrote."""
    return Revision(
        tenant=document["tenant"],
        revision=document["revision"],
        at=document["at"],
        command_id=document["commandId"],
        body_hash=bytes(document["bodyHash"]),
        rows=CatalogRows(
            offerings=tuple(Offering.model_validate(row) for row in document["offerings"]),
            prices=tuple(PricePoint.model_validate(row) for row in document["prices"]),
            taxes=tuple(Tax.model_validate(row) for row in document["taxes"]),
        ),
    )
