"""What a search asks the database for of each cart: no outbox and no brief, which hold as much as the cart again."""

from collections.abc import Mapping
from typing import Any

import bson
from bson import CodecOptions

from models.cart.forms import Document
from queries.search import BY_ID, CartSearch, ElementSearch, Page
from storage.mongo.briefs import BRIEF
from storage.mongo.carts import write_stored
from storage.mongo.searches import MongoSearches
from support.records import entry, full_cart, stored

CART = full_cart()


class Documents:
    """A collection with one cart, and the cursor over what is asked of it; a document is read as the driver does."""

    def __init__(self) -> None:
        document = write_stored(stored(CART, outbox=(entry("m-1", 1), entry("m-2", 2))))
        self._document = bson.decode(bson.encode(document), CodecOptions(tz_aware=True))
        self._rows: list[Document] = []
        self.sent: list[Document] = []

    def find(self, _query: Document, projection: Mapping[str, int]) -> "Documents":
        assert set(projection.values()) == {0}
        self._rows = [{name: value for name, value in self._document.items() if name not in projection}]
        self.sent += self._rows
        return self

    def aggregate(self, pipeline: list[Document]) -> "Documents":
        counts = "$count" in pipeline[-1]
        self._rows = [{"rows": 1}] if counts else [{"_id": self._document["_id"], "place": 0}]
        return self

    def sort(self, _order: object) -> "Documents":
        return self

    skip = limit = sort

    async def to_list(self, _length: None) -> list[Document]:
        return self._rows

    async def count_documents(self, _query: Document) -> int:
        return 1


def searched(documents: Any) -> MongoSearches:
    return MongoSearches(documents)


async def test_carts_come_without_their_outboxes() -> None:
    documents = Documents()
    found = await searched(documents).carts("acme", CartSearch(None, (BY_ID,), Page(10)))
    assert found.rows == [CART]
    assert all(document.keys().isdisjoint({"outbox", BRIEF}) for document in documents.sent)


async def test_so_do_the_carts_of_elements() -> None:
    documents = Documents()
    found = await searched(documents).elements("acme", ElementSearch(None, "items", Page(10)))
    assert [(each.cart, each.place) for each in found.rows] == [(CART, 0)]
    assert all(document.keys().isdisjoint({"outbox", BRIEF}) for document in documents.sent)
