"""Replies as callers read them (contract, "A reply"); a field added later is kept, not refused."""

from typing import Literal

from pydantic import Field, JsonValue

from cartwright.wire.answer import Amount, Answer, Message
from cartwright.wire.cart_view import CartView
from cartwright.wire.examples import example, example_of
from cartwright.wire.explained import ExplanationView
from cartwright.wire.schema import Currency
from cartwright.wire.validation import Validation

Status = Literal["applied", "unchanged", "dry-run", "duplicate", "read"]


class Amounts(Answer):
    """Net, tax and gross of one price or total, in the currency of the price change."""

    net: Amount
    """Without tax."""
    tax: Amount
    """The tax."""
    gross: Amount
    """With tax."""


class ChangeEntry(Answer):
    """Something that happened to a cart; `before` and `after` are `from` and `to` on the wire."""

    model_config = example({"type": "quantity-changed", "itemId": "i-1", "from": 1, "to": 2})

    type: str
    """The kind of change."""
    item_id: str | None = None
    """The line item that changed."""
    before: JsonValue = Field(default=None, alias="from")
    """The value before."""
    after: JsonValue = Field(default=None, alias="to")
    """The value after."""


class PriceChange(Answer):
    """An amount that moved: of one line, or of the whole cart, for one price type and period."""

    model_config = example(
        {
            "scope": "item",
            "itemId": "i-1",
            "priceType": "recurring",
            "period": "P1M",
            "direction": "increase",
            "currency": "EUR",
            "before": {"net": "8.33", "tax": "1.67", "gross": "10.00"},
            "after": {"net": "16.67", "tax": "3.33", "gross": "20.00"},
            "because": ["quantity-changed"],
        }
    )

    scope: Literal["cart", "item"]
    """Whether a line's price changed or a total of the cart."""
    item_id: str | None = None
    """The line item, if it is one line."""
    price_type: str
    """The price type."""
    period: str | None
    """The period of a recurring price."""
    from_period: int | None = None
    """The period from which on it moved, if the first stayed as it was; the amounts are those of this period."""
    direction: Literal["increase", "decrease"]
    """Whether the gross amount went up or down."""
    currency: Currency
    """The currency of the amounts."""
    before: Amounts
    """The amounts before."""
    after: Amounts
    """The amounts after."""
    because: list[str]
    """Codes of the causes, e.g. `quantity-changed` or `list-price-changed`."""


class Reply(Answer):
    """What a command led to, of any kind."""

    type: str
    """The kind of reply."""
    command_id: str | None = None
    """The message id of the command."""
    status: Status
    """What became of the command: `applied`, `unchanged`, `dry-run`, `duplicate` or `read`."""
    warnings: list[Message] = Field(default_factory=list)
    """What is wrong or unusual but stops nothing: with the cart, or with the rows of a catalog command."""


class CartMovedOn(LookupError):  # noqa: N818 (named for what it says)
    """A duplicate is answered with its first outcome, but the cart has had later versions since: read it again."""


class CartReply(Reply):
    """What a command about one cart led to, and the version at which it left the cart."""

    cart_id: str
    """The cart's id."""
    version: int
    """The cart's version after the command."""
    changes: list[ChangeEntry] = Field(default_factory=list)
    """What happened to the cart, in order."""
    price_changes: list[PriceChange] = Field(default_factory=list)
    """Every amount that moved."""
    explanation: ExplanationView | None = None
    """The ledgers behind the amounts, if the command asked for them."""


class CartOutcome(CartReply):
    """What a command that may write led to."""

    validation: Validation | None = None
    """Whether the cart can be ordered, if `validate-cart` asked."""
    shown: CartView | None = Field(default=None, alias="cart")
    """The cart after the command; absent in a duplicate whose cart has moved on."""

    @property
    def cart(self) -> CartView:
        """The cart after the command; raises `CartMovedOn` for a duplicate whose cart has moved on, and never else."""
        if self.shown is None:
            raise CartMovedOn(f"cart {self.cart_id} has moved on since version {self.version}")
        return self.shown


_CART_REPLY = {
    "commandId": "0b7f3c52-6a0e-4b1d-9d43-2f6f3a1c9e10",
    "status": "applied",
    "cartId": "c-42",
    "version": 8,
    "warnings": [],
    "cart": example_of(CartView),
}


class RemovedOffer(Answer):
    """A line that a move removed."""

    item_id: str
    """The line item."""
    offering_id: str | None = None
    """Its offering."""
    reason: str
    """`offering-not-available`, `price-not-found`, `parent-removed`, or `rule:` and the id of a rule."""


class RemovedReduction(Answer):
    """A promotion or voucher that no longer reduces the cart after a move."""

    id: str
    """The promotion's id, or the voucher's code."""
    reason: str
    """The code of the reason why it does not apply, e.g. `condition-not-met`."""


class CartUpdated(CartOutcome):
    """The outcome of a command about one cart."""

    model_config = example(
        {
            "type": "cart-updated",
            **_CART_REPLY,
            "changes": [example_of(ChangeEntry)],
            "priceChanges": [example_of(PriceChange)],
        }
    )

    type: Literal["cart-updated"]
    auto_removed_offers: list[RemovedOffer] | None = None
    """Lines that `move-cart` removed, and why."""
    auto_removed_promotions: list[RemovedReduction] | None = None
    """Promotions and vouchers that no longer apply after `move-cart`, and why; automatic promotions too."""


class PriceChanged(CartOutcome):
    """The outcome of a command of the repricing family."""

    model_config = example(
        {"type": "price-changed", **_CART_REPLY, "changes": [], "priceChanges": [example_of(PriceChange)]}
    )

    type: Literal["price-changed"]


class CartRead(CartReply):
    """What a query about one cart shows: the cart as it is stored, or as it would be.

    On the wire it is a `cart-updated` or, where prices are asked for, a `price-changed`.
    """

    type: Literal["cart-updated", "price-changed"]
    cart: CartView
    """The cart, as it is or as it would be."""


class CatalogUpdated(Reply):
    """The outcome of a catalog command; `catalog_revision` is the revision that it made, or would make."""

    model_config = example({"type": "catalog-updated", "commandId": "m-1", "status": "applied", "catalogRevision": 4})

    type: Literal["catalog-updated"]
    catalog_revision: int
    """The catalog revision that the command made, or would make."""


class QueryResult(Reply):
    """The rows that a query found, one page of them."""

    model_config = example(
        {"type": "query-result", "commandId": "m-2", "status": "read", "items": [{"id": "c-42", "version": 8}]}
    )

    type: Literal["query-result"]
    items: list[dict[str, JsonValue]]
    """The rows."""
