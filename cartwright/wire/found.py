"""What queries find: pages of carts, of values, of elements, of a cart's history (contract, "Queries")."""

from datetime import date
from typing import Literal

from pydantic import Field, JsonValue

from cartwright.wire.answer import Amount, Answer, Message
from cartwright.wire.line_view import TaxView
from cartwright.wire.replies import ChangeEntry, PriceChange, Reply
from cartwright.wire.schema import Time


class FoundPage(Reply):
    """A page of what a query over many carts found; on the wire it is a `query-result`.

    With a `cursor` in the query, `number` says nothing and the totals are null.
    """

    type: Literal["query-result"]
    number: int
    """The number of the page, counted from 0."""
    size: int
    """How many rows a page holds at most."""
    total_items: int | None
    """How many rows there are in all."""
    total_pages: int | None
    """How many pages there are in all."""
    last: bool
    """Whether this is the last page."""
    next_cursor: str | None
    """What to ask for the next page with; none on the last one."""


class CartsFound(FoundPage):
    """Carts that a filter found, with the fields that were asked for."""

    items: list[dict[str, JsonValue]]
    """The carts."""


class ValuesFound(FoundPage):
    """The different values of a field, in order."""

    items: list[str | int]
    """The values; times as text."""


class ValueCountEntry(Answer):
    """One value of a field, and how many carts have it."""

    value: str | int
    """The value; a time as text."""
    count: int
    """How many carts have it."""


class ValuesCounted(FoundPage):
    """The values of a field by how many carts have them, the most frequent first."""

    items: list[ValueCountEntry]
    """The values."""


class ElementEntry(Answer):
    """One element of a list of a cart."""

    cart_id: str
    """The cart's id."""
    version: int
    """The cart's version."""
    currency: str
    """The currency of the element's amounts, as the cart's."""
    element: dict[str, JsonValue]
    """The element as the cart shows it."""


class ElementsFound(FoundPage):
    """The elements of a list of carts."""

    items: list[ElementEntry]
    """The elements."""


class HistoryEntry(Answer):
    """One version of a cart: who made it, when, why and how."""

    version: int
    """The version's number."""
    command_id: str
    """The message id of the command that made it."""
    command_type: str
    """The type of that command."""
    actor: str | None
    """Who sent the command."""
    reason: str | None
    """The reason that the command gave."""
    at: Time
    """When the version was made."""
    changes: list[ChangeEntry]
    """What happened to the cart, in order."""
    price_changes: list[PriceChange]
    """Every amount that moved."""


class HistoryRead(Reply):
    """A page of a cart's versions, the oldest first; on the wire it is a `query-result`."""

    type: Literal["query-result"]
    items: list[HistoryEntry]
    """The versions."""
    next_cursor: str | None
    """What to ask for the next page with; none on the last one."""
    archived_through: int | None = None
    """The last version whose history is archived, if the page was to begin before its end."""


class ForecastSum(Answer):
    """An amount net, with each tax, and gross."""

    currency: str
    """The currency."""
    net: Amount
    """The amount without tax."""
    taxes: list[TaxView]
    """The taxes."""
    gross: Amount
    """The amount with all taxes."""


class ForecastBill(ForecastSum):
    """What is due on one day for all prices of one type."""

    date: date
    """The day, in the pricing policy's time zone."""
    type: str
    """The price type: `one-time` or `recurring`."""
    period: str | None = None
    """The period of these prices, if they recur and all have the same."""


class CartForecast(Reply):
    """The bills of a cart's next periods; on the wire it is a `query-result`."""

    type: Literal["query-result"]
    items: list[ForecastBill]
    """The bills, by day."""
    total: ForecastSum
    """All bills together."""
    warnings: list[Message] = Field(default_factory=list)
    """The lines of which a price or a tax changes before its last bill (`price-changes`, `tax-changes`)."""
