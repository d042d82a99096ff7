"""The cart: line items in containers, their prices, and what pricing found out. Immutable; `replace` makes the next.

A field of these classes says by its annotation how it is written (`models.cart.fields`), so documents, journal and
replies need not be told of a new one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from operator import attrgetter
from typing import Annotated, Any

from cartwright.wire.extensions import Extensions
from cartwright.wire.header import Header
from cartwright.wire.lines import Action, ItemStatus
from cartwright.wire.notes import Note
from cartwright.wire.status import CartStatus
from models.cart.adjustments import Adjustment
from models.cart.amendment import Amendment
from models.cart.budgets import Budget
from models.cart.fields import APART, JSON_TEXTS, NOT_SHOWN, SHARED, STORED_UNLESS_EMPTY, UNLESS_EMPTY, Named
from models.cart.line_terms import NO_TERMS, LineTerms
from models.cart.lock import Lock
from models.cart.overrides import PriceOverride
from models.cart.price import Price
from models.cart.pricing_result import PricingResult
from models.value import value

GIFT = "promotion:"
"""What `added_by` starts with for an item that a promotion added; its id follows."""


Memo = dict[str, Any]
"""What was derived from an object that never changes, by name; each name has a type of its own."""


@dataclass(frozen=True, slots=True)
class Container:
    """An offer container (002): a group of line items sold in one process."""

    id: str
    category: str | None = None
    process_context: str | None = None
    portfolio_id: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    notes: Annotated[tuple[Note, ...], STORED_UNLESS_EMPTY] = ()
    extensions: Annotated[Extensions, SHARED, JSON_TEXTS, UNLESS_EMPTY] = field(default_factory=dict)


@value(frozen=True, slots=True)
class Item:
    """A line item. `details` is what the line carries through (001, ProductInput; 004), under its wire names.

    In an amendment, `as_ordered` lines keep the price that they were ordered at, and `fixed` ones can't be changed.
    """

    id: str
    offering_id: Annotated[str | None, UNLESS_EMPTY]
    quantity: int
    container_id: Annotated[str | None, UNLESS_EMPTY] = None
    parent_id: Annotated[str | None, UNLESS_EMPTY] = None
    product_id: Annotated[str | None, UNLESS_EMPTY] = None
    action: Action = "add"
    status: ItemStatus = "new"
    term: Annotated[str | None, UNLESS_EMPTY] = None
    characteristics: Annotated[Mapping[str, str], SHARED] = field(default_factory=dict)
    added_by: Annotated[str | None, UNLESS_EMPTY] = None
    as_ordered: Annotated[bool, UNLESS_EMPTY] = False
    fixed: Annotated[bool, UNLESS_EMPTY] = False
    notes: Annotated[tuple[Note, ...], UNLESS_EMPTY] = ()
    extensions: Annotated[Extensions, SHARED, JSON_TEXTS, UNLESS_EMPTY] = field(default_factory=dict)
    terms: Annotated[LineTerms, APART] = NO_TERMS
    details: Annotated[Mapping[str, object], APART] = field(default_factory=dict)
    overrides: Annotated[tuple[PriceOverride, ...], APART] = ()
    prices: Annotated[tuple[Price, ...], APART] = ()
    memo: Memo = field(default_factory=dict, init=False, repr=False, compare=False)
    """What others derived from this line, which never changes: its encodings, by name."""

    def at(self, prices: tuple[Price, ...]) -> "Item":
        """The item at these prices; `replace` would take twice as long where it counts."""
        return Item(*(*_UNPRICED(self), prices))

    @property
    def is_gift(self) -> bool:
        """Whether a promotion added the item; pricing adds and removes such items itself."""
        return self.added_by is not None and not self.as_ordered and self.is_promised

    @property
    def is_promised(self) -> bool:
        """Whether a promotion added the item, also to an order that is being amended."""
        return self.added_by is not None and self.added_by.startswith(GIFT)


def gifts_in(items: Iterable[Item]) -> list[Item]:
    """The items that promotions added, in their order."""
    return [item for item in items if item.added_by is not None and item.is_gift]


def without_gifts(items: Iterable[Item]) -> list[Item]:
    """The items but those that promotions added, in their order."""
    return [item for item in items if item.added_by is None or not item.is_gift]


_UNPRICED = attrgetter(*(each.name for each in fields(Item) if each.init and each.name != "prices"))


@dataclass(frozen=True, slots=True)
class ChosenPromotion:
    """A promotion that somebody asked for, by its coupon if it has one; whether it applies is pricing's matter."""

    id: str
    coupon: str | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a cart was created or changed, and by whom (the broker-validated user, if there was one)."""

    at: datetime
    by: str | None


@value(frozen=True, slots=True)
class Cart:
    """A shopping cart at one version."""

    id: Annotated[str, Named(stored="cartId")]
    tenant: str
    version: int
    status: CartStatus
    header: Annotated[Header, APART]
    created: Annotated[Stamp, NOT_SHOWN]
    updated: Annotated[Stamp, NOT_SHOWN]
    containers: tuple[Container, ...] = ()
    items: Annotated[tuple[Item, ...], APART] = ()
    chosen_promotions: Annotated[tuple[ChosenPromotion, ...], NOT_SHOWN] = ()
    held_vouchers: Annotated[tuple[str, ...], NOT_SHOWN, STORED_UNLESS_EMPTY] = ()
    adjustments: Annotated[tuple[Adjustment, ...], NOT_SHOWN, STORED_UNLESS_EMPTY] = ()
    lock: Annotated[Lock | None, STORED_UNLESS_EMPTY] = None
    frozen_until: Annotated[datetime | None, STORED_UNLESS_EMPTY] = None
    suppress_at: Annotated[datetime | None, STORED_UNLESS_EMPTY] = None
    amendment: Annotated[Amendment | None, NOT_SHOWN, STORED_UNLESS_EMPTY] = None
    last_update_reason: str | None = None
    pricing: Annotated[PricingResult, APART] = field(default_factory=PricingResult)

    @property
    def currency(self) -> str:
        """The one currency of all amounts: the forced one, if any (001, forcedCurrency)."""
        return self.header.forced_currency or self.header.currency

    @property
    def budgets(self) -> tuple[Budget, ...]:
        """The budgets that it holds; an expired cart has let go of them, an order holds them for its amendment."""
        if self.status is CartStatus.EXPIRED:
            return ()
        covered = self.amendment.covered if self.amendment is not None else ()
        return tuple(each for each in self.pricing.budgets if each not in covered) if covered else self.pricing.budgets

    def priced(self, items: tuple[Item, ...], pricing: PricingResult) -> "Cart":
        """The cart with these lines and this result; `replace` would take twice as long where it counts."""
        return Cart(*(*_BEFORE_ITEMS(self), items, *_AFTER_ITEMS(self), pricing))

    def as_of(self, time: datetime) -> "Cart":
        """The cart without the lock and the freeze that have ended by then."""
        if self.lock is not None and self.lock.until <= time:
            return replace(self, lock=None).as_of(time)
        if self.frozen_until is not None and self.frozen_until <= time:
            return replace(self, frozen_until=None)
        return self

    def item(self, item_id: str) -> Item | None:
        """The line item with this id."""
        return next((item for item in self.items if item.id == item_id), None)

    def container(self, container_id: str) -> Container | None:
        """The container with this id."""
        return next((container for container in self.containers if container.id == container_id), None)

    def children(self, item_id: str) -> tuple[Item, ...]:
        """The line items whose parent is `item_id`."""
        return tuple(item for item in self.items if item.parent_id == item_id)


_CART = [each.name for each in fields(Cart)]
_BEFORE_ITEMS = attrgetter(*_CART[: _CART.index("items")])
_AFTER_ITEMS = attrgetter(*_CART[_CART.index("items") + 1 : _CART.index("pricing")])
