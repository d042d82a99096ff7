"""Changes of a cart's life: locked, frozen, saved, claimed, reopened, expired."""

from dataclasses import replace
from typing import ClassVar

from pydantic import Field

from cartwright.wire.header import Header
from cartwright.wire.schema import parse_time
from cartwright.wire.status import CartStatus
from cartwright.wire.stored import read_stored
from models.cart.cart import Cart
from models.cart.keys import UNIQUE_ID
from models.cart.lock import Lock
from models.changes.change import EVERYTHING, Change, change


@change("cart-locked")
class CartLocked(Change):
    """For a while only the owner may change the cart."""

    reprices: ClassVar[bool] = False
    announced: ClassVar[bool] = True
    owner: str
    """Who may change it."""
    until: str
    """When the lock ends by itself."""

    def apply(self, cart: Cart) -> Cart:
        """Set the lock."""
        return replace(cart, lock=Lock(self.owner, parse_time(self.until)))

    def touches(self) -> frozenset[str]:
        """The lock."""
        return frozenset({"lock"})


@change("cart-unlocked")
class CartUnlocked(Change):
    """Everybody may change the cart again."""

    reprices: ClassVar[bool] = False
    owner: str
    """Who could change it."""

    def apply(self, cart: Cart) -> Cart:
        """Take the lock off."""
        return replace(cart, lock=None)

    def touches(self) -> frozenset[str]:
        """The lock."""
        return frozenset({"lock"})


@change("cart-frozen")
class CartFrozen(Change):
    """The cart keeps the catalog and the time that its prices are from."""

    reprices: ClassVar[bool] = False
    announced: ClassVar[bool] = True
    until: str
    """Until when."""

    def apply(self, cart: Cart) -> Cart:
        """Freeze it."""
        return replace(cart, frozen_until=parse_time(self.until))

    def touches(self) -> frozenset[str]:
        """The freeze."""
        return frozenset({"freeze"})


@change("cart-unfrozen")
class CartUnfrozen(Change):
    """The cart's prices follow the catalog again, from the next command on."""

    reprices: ClassVar[bool] = False

    def apply(self, cart: Cart) -> Cart:
        """Unfreeze it."""
        return replace(cart, frozen_until=None)

    def touches(self) -> frozenset[str]:
        """The freeze."""
        return frozenset({"freeze"})


@change("cart-saved")
class CartSaved(Change):
    """The cart is kept for later, to be found by its key `uniqueId`."""

    reprices: ClassVar[bool] = False
    announced: ClassVar[bool] = True
    unique_id: str
    """The key."""

    def apply(self, cart: Cart) -> Cart:
        """Mark it as saved, and set the key."""
        keys = {**cart.header.keys, UNIQUE_ID: self.unique_id}
        return replace(cart, status=CartStatus.SAVED, header=read_stored(Header, {**cart.header.wire(), "keys": keys}))

    def touches(self) -> frozenset[str]:
        """The status and the keys."""
        return frozenset({"status", "header:keys"})


@change("cart-claimed")
class CartClaimed(Change):
    """A saved cart has become its customer's."""

    announced: ClassVar[bool] = True

    def apply(self, cart: Cart) -> Cart:
        """Mark it as active."""
        return replace(cart, status=CartStatus.ACTIVE)

    def touches(self) -> frozenset[str]:
        """The status."""
        return frozenset({"status"})


@change("cart-reopened")
class CartReopened(Change):
    """A submitted or expired cart can be changed again."""

    reprices: ClassVar[bool] = False
    announced: ClassVar[bool] = True

    def apply(self, cart: Cart) -> Cart:
        """Mark it as active."""
        return replace(cart, status=CartStatus.ACTIVE)

    def touches(self) -> frozenset[str]:
        """All."""
        return frozenset({EVERYTHING})


@change("suppression-scheduled")
class SuppressionScheduled(Change):
    """The date on which the cart expires is another one; null means that there is none."""

    reprices: ClassVar[bool] = False
    before: str | None = Field(alias="from")
    """The date before."""
    after: str | None = Field(alias="to")
    """The date after."""

    def apply(self, cart: Cart) -> Cart:
        """Set the date."""
        return replace(cart, suppress_at=None if self.after is None else parse_time(self.after))

    def touches(self) -> frozenset[str]:
        """The date."""
        return frozenset({"suppression"})


@change("cart-expired")
class CartExpired(Change):
    """The cart has reached its end, by date or because nobody changed it; its budgets are free for others."""

    reprices: ClassVar[bool] = False
    announced: ClassVar[bool] = True

    def apply(self, cart: Cart) -> Cart:
        """Mark it as expired."""
        return replace(cart, status=CartStatus.EXPIRED)

    def touches(self) -> frozenset[str]:
        """All."""
        return frozenset({EVERYTHING})
