"""The answer that shows a cart: what a command did to it, would do, or what a query found."""

from dataclasses import field

import orjson

from cartwright.wire.headers import CART_ID, CART_VERSION, STATUS
from cartwright.wire.replies import Status
from models.answers import encoding
from models.answers.answer import Headers
from models.answers.explanation import Explanation
from models.answers.outcome import Outcome
from models.answers.rendering import render_cart, render_item, render_warning
from models.cart.cart import Cart, Item
from models.cart.forms import Document
from models.cart.pricing_result import CartWarning
from models.value import value


@value(frozen=True, slots=True)
class CartAnswer:
    """What a command about a cart came to. `cart` is None where a duplicate's cart has moved on since.

    Then `warnings` are those of the first time. `told` is what commands of this type tell besides, by wire name;
    `amended_by` is the cart that amends it.
    """

    type: str
    status: Status
    cart_id: str
    version: int
    cart: Cart | None
    changes: list[Document]
    price_changes: list[Document]
    explanation: Explanation | None = None
    told: Document = field(default_factory=dict)
    amended_by: str | None = None
    warnings: tuple[CartWarning, ...] = ()

    @classmethod
    def of(cls, reply_type: str, status: Status, outcome: Outcome) -> "CartAnswer":
        """An outcome as an answer of this type and status."""
        return cls(
            type=reply_type,
            status=status,
            cart_id=outcome.cart.id,
            version=outcome.cart.version,
            cart=outcome.cart,
            changes=outcome.changes,
            price_changes=outcome.price_changes,
            explanation=outcome.explanation,
            told=outcome.told,
        )

    @property
    def headers(self) -> Headers:
        """The cart, its version, and the status."""
        return {CART_ID: self.cart_id, CART_VERSION: self.version, STATUS: self.status}

    @property
    def creates(self) -> bool:
        """Whether the command created the cart."""
        return self.version == 1 and bool(self.changes) and self.status in {"applied", "duplicate"}

    def body(self, command_id: str | None) -> bytes:
        """Contract, "A reply"."""
        cart = render_cart(self.cart, _encoded_line) if self.cart is not None else None
        if cart is not None and self.amended_by is not None:
            cart["amendedBy"] = self.amended_by
        return encoding.encode(
            {
                "type": self.type,
                "commandId": command_id,
                "status": self.status,
                "cartId": self.cart_id,
                "version": self.version,
                "changes": self.changes,
                "priceChanges": self.price_changes,
                **self.told,
                "warnings": cart["warnings"] if cart else [render_warning(each) for each in self.warnings],
                **({"cart": cart} if cart else {}),
                **({"explanation": self.explanation.wire()} if self.explanation else {}),
            }
        )


def _encoded_line(item: Item, currency: str) -> orjson.Fragment:
    """A line item's JSON; encoded when it is first shown."""
    encoded: orjson.Fragment | None = item.memo.get(currency)
    if encoded is None:
        # A copy, for what the encoder returns sits in a block of its working size: kilobytes for a few hundred bytes.
        line = bytes(memoryview(encoding.encode(render_item(item, currency))))
        encoded = item.memo[currency] = orjson.Fragment(line)
    return encoded
