"""The forms of stored documents: each document names the version of the form that it has.

A document without one is of version 1: it was stored before there were versions. A reader takes all versions up to its
own, and raises `NewerData` for a later one, which only a later release has stored. So an older worker neither misreads
a document nor writes it back without what it does not know. A version goes up when one of these would happen: when a
field has another meaning, or when there is one more that must survive an older worker's next write.
"""

from dataclasses import dataclass

from models.cart.forms import Document
from storage.records import NewerData

VERSION = "schema"
"""The field that holds the version."""
BEFORE_VERSIONS = 1


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one kind of documents, as this release writes it."""

    name: str
    version: int = BEFORE_VERSIONS

    @property
    def mark(self) -> Document:
        """The field that every document of the kind is written with."""
        return {VERSION: self.version}

    def check(self, document: Document) -> None:
        """Raise `NewerData` if a later release has stored this document."""
        found = document.get(VERSION, BEFORE_VERSIONS)
        if found > self.version:
            raise NewerData(self.name, found, self.version)

    def is_known(self, document: Document) -> bool:
        """Whether this release reads the document; for what can be made again if it does not."""
        return bool(document.get(VERSION, BEFORE_VERSIONS) <= self.version)


CART = Form("cart")
"""Carts, and what is archived of them."""
ENTRY = Form("journal entry")
"""Entries, in the journal and in outboxes."""
RECORD = Form("catalog revision")
"""Revisions of catalogs, and commands that made none."""
SNAPSHOT = Form("catalog snapshot")
BUDGET = Form("budget")
RUN = Form("run of a worker")
JOB = Form("job")
CHUNK = Form("chunk of a job")
SECRET = Form("secret")
LAYOUT = Form("layout of partitions")
