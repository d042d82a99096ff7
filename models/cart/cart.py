"""The cart: flat line items in containers, their prices, and the totals. Immutable; `replace` makes the next one.

Amounts are integers in minor units of the cart's currency; a unit price is a decimal string, which may be finer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cartwright.wire.header import Header
from cartwright.wire.status import CartStatus
from models.cart.adjustments import Adjustment
from models.cart.budgets import Budget
from models.cart.payment import PaymentPlan
from models.cart.price_relationship import PriceRelationship

PriceType = str
"""`one-time`, `recurring`, `allowance` or `usage`."""


GIFT = "promotion:"
"""What `added_by` starts with for an item that a promotion added; its id follows."""

READ_ONLY = frozenset({CartStatus.SUBMITTED, CartStatus.EXPIRED, CartStatus.QUOTE_CREATED})


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One tax on one amount: id of the tax, rate in percent as a decimal string, amount in minor units."""

    id: str
    rate: str
    amount: int


@dataclass(frozen=True, slots=True)
class Alteration:
    """A change of a list price: what it comes from, by how much (minor units, a reduction is negative).

    One of a recurring price may last for so many `periods` only; the price then shows the first of them. `type` is how
    the source reckons (`percent`, `fixed`, `new-price` …), `priority` a promotion's.
    """

    source: str
    id: str
    amount: int
    periods: int | None = None
    type: str | None = None
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one line item for one price type and period, for the whole quantity, counted in `unit`.

    One in `arrears` is billed when its period ends, so it is no part of what is due now.
    """

    id: str
    type: PriceType
    period: str | None
    unit_amount: str
    list_amount: int
    alterations: tuple[Alteration, ...]
    net: int
    taxes: tuple[TaxLine, ...]
    gross: int
    unit: str | None = None
    arrears: bool = False
    relationships: tuple[PriceRelationship, ...] = ()

    @property
    def tax(self) -> int:
        """All taxes together, in minor units."""
        return sum(line.amount for line in self.taxes)


@dataclass(frozen=True, slots=True)
class Container:
    """An offer container (002): a group of line items sold in one process."""

    id: str
    category: str | None = None
    process_context: str | None = None
    portfolio_id: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """A line item. `details` holds what the line carries through (001, ProductInput; 004), under its wire names."""

    id: str
    offering_id: str | None
    quantity: int
    container_id: str | None = None
    parent_id: str | None = None
    product_id: str | None = None
    action: str = "add"
    status: str = "new"
    term: str | None = None
    characteristics: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    prices: tuple[Price, ...] = ()
    added_by: str | None = None
    memo: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What others derived from this line, which never changes: its encodings, by name."""

    def at(self, prices: tuple[Price, ...]) -> "Item":
        """The item at these prices; every field by name, for `replace` takes twice as long where it counts."""
        return Item(
            id=self.id,
            offering_id=self.offering_id,
            quantity=self.quantity,
            container_id=self.container_id,
            parent_id=self.parent_id,
            product_id=self.product_id,
            action=self.action,
            status=self.status,
            term=self.term,
            characteristics=self.characteristics,
            details=self.details,
            prices=prices,
            added_by=self.added_by,
        )

    @property
    def is_gift(self) -> bool:
        """Whether a promotion added the item; pricing adds and removes such items itself."""
        return self.added_by is not None and self.added_by.startswith(GIFT)


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of all prices of one type and period; `discount` is what alterations took off, both positive."""

    type: PriceType
    period: str | None
    list_amount: int
    discount: int
    net: int
    taxes: tuple[TaxLine, ...]
    gross: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """What is payable now in another currency, in its minor units, at a rate of the catalog."""

    currency: str
    rate: str
    payable: int


@dataclass(frozen=True, slots=True)
class DueNow:
    """What is payable now: the one-time total and the first period of each recurring one, less the adjustments.

    Prices in arrears are left out.

    `rounding` is what leads to an amount that coins can pay; `conversions` say what that is in other currencies. `net`
    is the part without tax of what the adjustments leave.
    """

    gross: int = 0
    adjustments: int = 0
    rounding: int = 0
    conversions: tuple[Conversion, ...] = ()
    net: int = 0

    @property
    def payable(self) -> int:
        """Minor units; never below zero."""
        return self.gross - self.adjustments + self.rounding


@dataclass(frozen=True, slots=True)
class ChosenPromotion:
    """A promotion that somebody asked for, by its coupon if it has one; whether it applies is pricing's matter."""

    id: str
    coupon: str | None = None


@dataclass(frozen=True, slots=True)
class Discount:
    """What was taken off one total; a positive count of minor units."""

    type: PriceType
    period: str | None
    amount: int


@dataclass(frozen=True, slots=True)
class PromotionOutcome:
    """A promotion that applies, or one that was chosen and does not: then `reason` is the code that says why."""

    id: str
    coupon: str | None = None
    reason: str | None = None
    discounts: tuple[Discount, ...] = ()


@dataclass(frozen=True, slots=True)
class VoucherOutcome:
    """A voucher that the cart holds, as the catalog has it; `reason` is the code that says why it takes nothing off."""

    code: str
    name: str | None = None
    reduction_percent: str | None = None
    reduction_amount: str | None = None
    every_recurring_payment: bool = False
    reason: str | None = None
    discounts: tuple[Discount, ...] = ()


@dataclass(frozen=True, slots=True)
class CartWarning:
    """Something that the caller should know and that stops nothing."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class PricingStamp:
    """What priced the cart: policy name, catalog revision and time."""

    policy: str = "default"
    catalog_revision: int = 0
    priced_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a cart was created or changed, and by whom (the broker-validated user, if there was one)."""

    at: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class Cart:
    """A shopping cart at one version; `other_currencies` are those in which all that it holds has a price, too."""

    id: str
    tenant: str
    version: int
    status: CartStatus
    header: Header
    created: Stamp
    updated: Stamp
    containers: tuple[Container, ...] = ()
    items: tuple[Item, ...] = ()
    chosen_promotions: tuple[ChosenPromotion, ...] = ()
    held_vouchers: tuple[str, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    promotions: tuple[PromotionOutcome, ...] = ()
    vouchers: tuple[VoucherOutcome, ...] = ()
    budgets: tuple[Budget, ...] = ()
    totals: tuple[Total, ...] = ()
    due_now: DueNow = DueNow()
    other_currencies: tuple[str, ...] = ()
    payment: PaymentPlan | None = None
    warnings: tuple[CartWarning, ...] = ()
    last_update_reason: str | None = None
    pricing: PricingStamp = PricingStamp()

    @property
    def currency(self) -> str:
        """The one currency of all amounts: the forced one, if any (001, forcedCurrency)."""
        return self.header.forced_currency or self.header.currency

    def item(self, item_id: str) -> Item | None:
        """The line item with this id."""
        return next((item for item in self.items if item.id == item_id), None)

    def container(self, container_id: str) -> Container | None:
        """The container with this id."""
        return next((container for container in self.containers if container.id == container_id), None)

    def children(self, item_id: str) -> tuple[Item, ...]:
        """The line items whose parent is `item_id`."""
        return tuple(item for item in self.items if item.parent_id == item_id)
