"""Catalog revisions, and commands that made none, as documents."""

from facts.snapshot import MODELS, CatalogRows
from models.cart.forms import Document
from storage.mongo.forms import RECORD
from storage.mongo.ids import revision_document_id
from storage.records import CatalogRecord, Revision, Unchanged


def write_record(record: CatalogRecord) -> Document:
    """A revision with all its rows; or the record of an unchanged outcome, without a `revision` field."""
    command = {
        **RECORD.mark,
        "tenant": record.tenant,
        "at": record.at,
        "commandId": record.command_id,
        "bodyHash": record.body_hash,
        "token": record.token,
    }
    if isinstance(record, Unchanged):
        place = {"_id": f"{record.tenant}/unchanged/{record.command_id}", "unchangedAt": record.revision}
        return {**place, **command}
    place = {"_id": revision_document_id(record.tenant, record.revision), "revision": record.revision}
    return {**place, **command, **{kind: [row.wire() for row in rows] for kind, rows in record.rows.by_kind().items()}}


def read_record(document: Document) -> CatalogRecord:
    """The record that `write_record` wrote."""
    return read_revision(document) if "revision" in document else _read_unchanged(document)


def read_revision(document: Document) -> Revision:
    """The revision that `write_record` wrote; raises `NewerData`."""
    RECORD.check(document)
    return Revision(
        tenant=document["tenant"],
        revision=document["revision"],
        at=document["at"],
        command_id=document["commandId"],
        body_hash=bytes(document["bodyHash"]),
        rows=CatalogRows.stored({kind: document.get(kind, ()) for kind in MODELS}),
        token=bytes(document.get("token", b"")),
    )


def _read_unchanged(document: Document) -> Unchanged:
    RECORD.check(document)
    return Unchanged(
        tenant=document["tenant"],
        revision=document["unchangedAt"],
        at=document["at"],
        command_id=document["commandId"],
        body_hash=bytes(document["bodyHash"]),
        token=bytes(document.get("token", b"")),
    )
