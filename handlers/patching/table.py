"""What can be patched: every path, and what it leads to, which knows its operations. There is no other path."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cartwright.wire.refusals import pointer_parts
from handlers.finding import find_container
from handlers.notes import noted_item
from handlers.patching.containers import ContainerPart, add_container
from handlers.patching.header import ContactPart, Head, add_contact
from handlers.patching.items import ItemPart, add_item, add_item_to_container
from handlers.patching.kept import Kept
from handlers.patching.notes import NotePart, NotesOf
from handlers.patching.step import Op
from handlers.patching.targets import Collection, Handler, Target, Value

HEAD, ITEM, CONTAINER = Head(), ItemPart(), ContainerPart()
TABLE: Mapping[str, Target] = {
    "/items": Collection(add_item),
    "/containers": Collection(add_container),
    "/containers/<id>/items": Collection(add_item_to_container),
    "/items/<id>/notes": Collection(NotesOf(noted_item)),
    "/containers/<id>/notes": Collection(NotesOf(find_container)),
    "/contacts": Collection(add_contact),
    "/items/<id>": ITEM,
    "/containers/<id>": CONTAINER,
    "/items/<id>/notes/<id>": NotePart(noted_item),
    "/containers/<id>/notes/<id>": NotePart(find_container),
    "/contacts/<id>": ContactPart(),
    "/items/<id>/quantity": Value(ITEM, "quantity", optional=False),
    "/items/<id>/term": Value(ITEM, "term"),
    "/items/<id>/action": Value(ITEM, "action", optional=False),
    "/items/<id>/actionReason": Value(ITEM, "actionReason"),
    "/items/<id>/characteristics/<name>": Value(ITEM, "characteristics", keyed=True),
    "/items/<id>/place": Value(ITEM, "place"),
    "/items/<id>/billingAccountId": Value(ITEM, "billingAccountId"),
    "/items/<id>/subscriberNumber": Value(ITEM, "subscriberNumber"),
    "/items/<id>/relationships": Value(ITEM, "relationships"),
    "/attributes/<name>": Value(HEAD, "attributes", keyed=True),
    "/containers/<id>/attributes/<name>": Value(CONTAINER, "attributes", keyed=True),
    "/containers/<id>/category": Value(CONTAINER, "category"),
    "/containers/<id>/processContext": Value(CONTAINER, "processContext"),
    "/items/<id>/extensions/<name>": Kept(ITEM),
    "/containers/<id>/extensions/<name>": Kept(CONTAINER),
}
_ESCAPED = re.compile(r"(?:[^~]|~[01])*")


class Row(NamedTuple):
    """A line of the table: the parts of its path, and what its operations do."""

    parts: Sequence[str]
    ops: Mapping[Op, Handler]

    def names(self, path: Sequence[str]) -> tuple[str, ...] | None:
        """The ids and names in a path of this row; none for another path."""
        if len(path) != len(self.parts):
            return None
        pairs = list(zip(self.parts, path, strict=True))
        if any(part != given for part, given in pairs if not _varies(part)):
            return None
        return tuple(given for part, given in pairs if _varies(part))


ROWS = tuple(Row(pointer_parts(path), target.ops) for path, target in TABLE.items())


def find_row(path: str) -> tuple[Row, tuple[str, ...]] | None:
    """The row of a JSON Pointer, and the ids and names in it; none if there is no such row."""
    if not _ESCAPED.fullmatch(path):
        return None
    parts = pointer_parts(path)
    for row in ROWS:
        names = row.names(parts)
        if names is not None:
            return row, names
    return None


def _varies(part: str) -> bool:
    return part in {"<id>", "<name>"}
