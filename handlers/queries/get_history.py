"""`get-history`: who changed a cart, when and why; a page of its versions, the oldest first."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.found import HistoryRead
from cartwright.wire.patterns import pattern
from cartwright.wire.schema import Version, format_time
from handlers.needs import Context, HistoryPage, Needs
from handlers.registry import query
from models.answers.answer import QueryAnswer
from models.cart.cart import Cart
from models.cart.forms import Document
from models.changes.journaled import JournaledVersion

PAGE = 20

Cursor = Annotated[str, pattern(r"^[0-9]{1,15}$", "a `nextCursor` of an earlier reply")]


class GetHistory(CommandData):
    """Which versions; without any field the first ones."""

    model_config = example({"from": 1, "to": None, "size": 50})

    first: Annotated[Version, Field(ge=1)] = Field(default=1, alias="from")
    """The first version to show."""
    last: Annotated[Version, Field(ge=1)] | None = Field(default=None, alias="to")
    """The last version to show; the cart's own if absent."""
    size: Annotated[int, Field(ge=1, le=1000)] = PAGE
    """How many versions a page holds at most."""
    cursor: Cursor | None = None
    """The `nextCursor` of the page before; `from` is ignored then."""

    @field_validator("last")
    @classmethod
    def _in_order(cls, last: Version | None, info: ValidationInfo) -> Version | None:
        if last is not None and last < info.data.get("first", 1):
            raise PydanticCustomError("out-of-range", "to is before from")
        return last

    @property
    def after(self) -> int:
        """The version behind which the page begins."""
        return int(self.cursor) if self.cursor is not None else self.first - 1


def needs(data: GetHistory) -> Needs:
    """The page."""
    return Needs(history=HistoryPage(data.after, data.last, data.size))


@query("get-history", GetHistory, needs=needs, reply=HistoryRead)
def get_history(cart: Cart, data: GetHistory, context: Context) -> QueryAnswer:
    """The page, without what is archived; `archivedThrough` says so if it asked for that."""
    archived = context.fetched.archived
    [found] = context.fetched.history.values()
    items = [_item(each) for each in found if each.version > archived]
    reached = found[-1].version if found else archived
    last = cart.version if data.last is None else min(data.last, cart.version)
    paging: Document = {"nextCursor": str(reached) if data.after < reached < last else None}
    if data.after < archived:
        paging["archivedThrough"] = archived
    return QueryAnswer(items, paging)


def _item(made: JournaledVersion) -> Document:
    return {
        "version": made.version,
        "commandId": made.command_id,
        "commandType": made.kind,
        "actor": made.actor,
        "reason": made.reason,
        "at": format_time(made.at),
        "changes": made.changes,
        "priceChanges": made.price_changes,
    }
