"""Documents that are encoded once and written often: the lines of carts, and the entries of outbox and journal."""

from collections.abc import Callable

import bson
from bson.raw_bson import RawBSONDocument

from models.cart.cart import Item, Memo
from models.cart.forms import Document
from storage.mongo.cart_documents import write_priced_item
from storage.mongo.entry_documents import write_entry
from storage.mongo.forms import ENTRY
from storage.mongo.ids import command_document_id
from storage.records import Entry

_DOCUMENT = "document"


def encoded_item(item: Item) -> RawBSONDocument:
    """A line item's document; encoded when it is first written."""
    return _encoded(item.memo, lambda: write_priced_item(item))


def encoded_entry(entry: Entry) -> RawBSONDocument:
    """An entry's document; the outbox holds the same bytes as the journal."""
    return _encoded(entry.memo, lambda: {"_id": command_document_id(entry.key), **ENTRY.mark, **write_entry(entry)})


def _encoded(memo: Memo, write: Callable[[], Document]) -> RawBSONDocument:
    encoded: RawBSONDocument | None = memo.get(_DOCUMENT)
    if encoded is None:
        encoded = memo[_DOCUMENT] = RawBSONDocument(bson.encode(write()))
    return encoded
