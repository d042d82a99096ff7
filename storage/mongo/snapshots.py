"""Catalog snapshots in MongoDB: the rows in parts, because a catalog may be larger than a document, and one head.

The head is written last and says how many parts there are, so a snapshot that a killed worker left unfinished is not
read. A snapshot may be deleted at any time: the catalog is then rebuilt from an earlier one, or from revision 1. It is
rebuilt from its revisions too if a later release has stored the snapshot.
"""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

import bson
from bson.raw_bson import RawBSONDocument
from pymongo import DESCENDING

from facts.reach import EVERYBODY
from facts.snapshot import CatalogRows
from models.cart.forms import Document
from storage.mongo.driver import Collection
from storage.mongo.errors import translated_errors
from storage.mongo.forms import SNAPSHOT
from storage.mongo.ids import revision_document_id
from storage.records import CatalogSnapshot

PART_ROWS = 200
PART_BYTES = 1024 * 1024
"""A part ends with the row that reaches either. Writing or reading one blocks the event loop for some milliseconds."""

PARTS_AT_ONCE = 16
"""Parts in one answer of the server; the driver decodes an answer in one go."""


class MongoSnapshots:
    """The part of `Catalog` that is about snapshots."""

    def __init__(self, collection: Collection) -> None:
        self._snapshots = collection

    async def latest(self, tenant: str, until: int) -> CatalogSnapshot | None:
        """One `find` for the head, and one for its parts."""
        async with translated_errors():
            heads = self._snapshots.find({"tenant": tenant, "revision": {"$lte": until}})
            found = await heads.sort("revision", DESCENDING).to_list(1)
            if not found or not SNAPSHOT.is_known(found[0]):
                return None
            head = found[0]
            ids = [_part_id(head["_id"], number) for number in range(head["parts"])]
            found_parts = self._snapshots.find({"_id": {"$in": ids}}).sort("part").batch_size(PARTS_AT_ONCE)
            parts = [part async for part in found_parts]
        return await _read(head, parts) if len(parts) == len(ids) else None

    async def keep(self, snapshot: CatalogSnapshot) -> None:
        """Part by part, then the head."""
        head = revision_document_id(snapshot.tenant, snapshot.revision)
        count = 0
        for rows in _parts(snapshot):
            await self._write({"_id": _part_id(head, count), **SNAPSHOT.mark, "part": count, "rows": rows})
            count += 1
        place = {"_id": head, **SNAPSHOT.mark, "tenant": snapshot.tenant, "revision": snapshot.revision, "parts": count}
        await self._write({**place, "left": [[key, revision] for key, revision in snapshot.left.items()]})

    async def _write(self, document: Document) -> None:
        async with translated_errors():
            await self._snapshots.replace_one({"_id": document["_id"]}, document, upsert=True)


def _part_id(head: str, number: int) -> str:
    return f"{head}/{number}"


def _parts(snapshot: CatalogSnapshot) -> Iterator[list[RawBSONDocument]]:
    """The rows of a snapshot as documents, encoded when their part is due."""
    part: list[RawBSONDocument] = []
    size = 0
    for kind, rows in snapshot.rows.by_kind().items():
        for row in rows:
            document = {"kind": kind, "since": snapshot.since[kind][row.id], "row": row.wire()}
            part.append(RawBSONDocument(bson.encode(document)))
            size += len(part[-1].raw)
            if len(part) == PART_ROWS or size >= PART_BYTES:
                yield part
                part, size = [], 0
    if part:
        yield part


async def _read(head: Document, parts: Iterable[Document]) -> CatalogSnapshot:
    rows: dict[str, list[Any]] = {}
    since: dict[str, dict[str, int]] = {}
    for part in parts:
        for kind, given in _by_kind(part["rows"]).items():
            read = getattr(CatalogRows.stored({kind: [each["row"] for each in given]}), kind)
            rows.setdefault(kind, []).extend(read)
            brought = ((row.id, each["since"]) for row, each in zip(read, given, strict=True))
            since.setdefault(kind, {}).update(brought)
        await asyncio.sleep(0)  # others may run between two parts
    catalog = CatalogRows(**{kind: tuple(given) for kind, given in rows.items()})
    return CatalogSnapshot(head["tenant"], head["revision"], catalog, since, _left(head))


def _left(head: Document) -> dict[str, int]:
    """What ceased to concern whom; of a snapshot from before that was kept, perhaps everybody until then."""
    if "left" not in head:
        revision: int = head["revision"]
        return dict.fromkeys(EVERYBODY, revision)
    return dict(head["left"])


def _by_kind(rows: Iterable[Document]) -> dict[str, list[Document]]:
    found: dict[str, list[Document]] = {}
    for row in rows:
        found.setdefault(row["kind"], []).append(row)
    return found
