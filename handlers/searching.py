"""What the queries over many carts share: the filter, the page, and the cursor that leads to the next one.

Jobs share the filter.
"""

import hashlib
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from cartwright.wire.command import CommandData
from cartwright.wire.schema import format_time
from handlers.cursors import cursor_text, read_cursor, wrong_cursor
from models.cart.forms import Document
from queries.fields import FIELDS, FieldType, SearchField, field_named, no_such_field
from queries.filters import Filter, is_served
from queries.parsing import MAX_LENGTH, FilterError, read_filter
from queries.search import Found, Page, Place

SERVED = "id, customer.id, keys.<name>, status, updatedAt, createdAt or items.offeringId"


def _checked_filter(text: str) -> Filter:
    try:
        return read_filter(text)
    except FilterError as error:
        raise PydanticCustomError(error.code, "{message}", {"message": str(error)}) from None


def _is_filter(text: str) -> str:
    _checked_filter(text)
    return text


def _is_served_filter(text: str) -> str:
    if not is_served(_checked_filter(text)):
        raise PydanticCustomError("not-indexed", f"no index serves this; join it by `and` to a condition on {SERVED}")
    return text


def _is_listed(name: str) -> str:
    field = field_named(name)
    if field is None or field.type is FieldType.AMOUNT:
        raise PydanticCustomError("unknown-field", "{message}", {"message": no_such_field(name, sorted(LISTED))})
    return name


LISTED = frozenset(name for name, field in FIELDS.items() if field.type is not FieldType.AMOUNT)
"""Fields whose values can be listed; amounts mean nothing without a currency."""
AnyWhere = Annotated[str, Field(max_length=MAX_LENGTH), AfterValidator(_is_filter)]
"""A filter of carts; no index need serve it, for jobs walk all carts by id."""
Where = Annotated[str, Field(max_length=MAX_LENGTH), AfterValidator(_is_served_filter)]
"""A filter of carts that an index serves."""
ListedField = Annotated[str, Field(max_length=100), AfterValidator(_is_listed)]


class SearchData(CommandData):
    """Which carts, and which page of what is found."""

    where: Where | None = None
    """The filter, e.g. `status = "active" and country in ("FR", "DE")`; all carts but deleted ones if absent."""
    number: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """Which page, counted from 0."""
    size: Annotated[int, Field(ge=1, le=1000)] = 20
    """How many rows a page holds at most."""
    cursor: Annotated[str, Field(min_length=1, max_length=4000)] | None = None
    """The `nextCursor` of the page before; `number` is ignored then."""

    @property
    def filter(self) -> Filter | None:
        """The filter as a tree."""
        return None if self.where is None else read_filter(self.where)

    def page(self, question: str, places: int) -> Page:
        """The page that is asked for; raises `invalid` for a cursor that does not belong to this question."""
        if self.cursor is None:
            return Page(self.size, self.number * self.size)
        digest, *place = read_cursor(self.cursor) or [None]
        if digest != self._digest(question) or len(place) != places:
            raise wrong_cursor()
        return Page(self.size, after=tuple(place))

    def paging(self, question: str, found: Found[object], last: Place | None) -> Document:
        """The paging fields of the reply; `last` is the place of the page's last row."""
        cursor = cursor_text([self._digest(question), *last]) if found.more and last is not None else None
        return {
            "number": self.number,
            "size": self.size,
            "totalItems": found.total,
            "totalPages": None if found.total is None else -(-found.total // self.size),
            "last": not found.more,
            "nextCursor": cursor,
        }

    def _digest(self, question: str) -> str:
        """What a cursor belongs to: it leads nowhere in the answer to another question."""
        return hashlib.blake2b(f"{question}\n{self.where}".encode(), digest_size=6).hexdigest()


def listed_field(name: str) -> SearchField:
    """The field with a name that was checked."""
    field = field_named(name)
    if field is None:
        raise LookupError(f"there is no field {name}")
    return field


def shown_value(value: object) -> object:
    """A value of a field as JSON."""
    return format_time(value) if isinstance(value, datetime) else value
