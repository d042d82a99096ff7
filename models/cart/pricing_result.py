"""What pricing finds out about a cart as a whole: outcomes of promotions and vouchers, totals, and what is due now.

A `PricingResult` is carried whole: the sheet fills it in, the cart and the journal hold it, documents and replies are
written from its fields. Amounts are integers in minor units of the cart's currency.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from cartwright.wire.price_type import PriceType
from models.cart.budgets import Budget
from models.cart.fields import (
    NOT_SHOWN,
    SHOWN_UNLESS_EMPTY,
    STORED_UNLESS_EMPTY,
    UNLESS_EMPTY,
    Money,
    Named,
    OwnMoney,
    shown,
)
from models.cart.payment import PaymentPlan
from models.cart.price import Alteration, Phase, TaxLine, all_phases
from models.value import value


@value(frozen=True, slots=True)
class Total:
    """The sum of all prices of one type and period; `discount` is what alterations took off, both positive.

    A recurring total shows its first phase, and `later` are those after it; `alterations` are the sums by source.
    """

    type: PriceType
    period: str | None
    list_amount: Annotated[Money, Named("list")]
    discount: Money
    net: Money
    taxes: tuple[TaxLine, ...]
    gross: Money
    alterations: Annotated[tuple[Alteration, ...], NOT_SHOWN, UNLESS_EMPTY] = ()
    later: Annotated[tuple[Phase, ...], NOT_SHOWN, UNLESS_EMPTY] = ()

    @property
    def phases(self) -> tuple[Phase, ...]:
        """All its phases; one that is not recurring has none."""
        return all_phases(self) if self.type == "recurring" else ()


@value(frozen=True, slots=True)
class Conversion:
    """What is payable now in another currency, in its minor units, at a rate of the catalog."""

    currency: str
    rate: str
    payable: OwnMoney


@value(frozen=True, slots=True)
class DueNow:
    """What is payable now: the one-time total and the first period of each recurring one, less the adjustments.

    Prices in arrears are left out.

    `rounding` is what leads to an amount that coins can pay; `conversions` say what that is in other currencies. `net`
    is the part without tax of what the adjustments leave.
    """

    gross: Money = 0
    adjustments: Money = 0
    rounding: Annotated[Money, SHOWN_UNLESS_EMPTY] = 0
    net: Annotated[Money, NOT_SHOWN] = 0
    conversions: Annotated[tuple[Conversion, ...], Named(shown="inOtherCurrencies"), UNLESS_EMPTY] = ()

    @property
    @shown()
    def payable(self) -> Money:
        """Minor units; never below zero."""
        return self.gross - self.adjustments + self.rounding

    @property
    @shown(UNLESS_EMPTY)
    def payable_net(self) -> Money | None:
        """The net, where adjustments make it another than that of the totals."""
        return self.net if self.adjustments else None


@value(frozen=True, slots=True)
class Discount:
    """What was taken off one total; a positive count of minor units."""

    type: PriceType
    period: str | None
    amount: Money


@value(frozen=True, slots=True)
class PromotionOutcome:
    """A promotion that applies, or one that was chosen and does not: then `reason` is the code that says why."""

    id: str
    coupon: str | None = None
    reason: str | None = None
    discounts: tuple[Discount, ...] = ()

    @property
    @shown()
    def applied(self) -> bool:
        """Whether it takes anything off."""
        return self.reason is None


@value(frozen=True, slots=True)
class VoucherOutcome:
    """A voucher that the cart holds, as the catalog has it; `reason` is the code that says why it takes nothing off."""

    code: str
    name: str | None = None
    reduction_percent: str | None = None
    reduction_amount: str | None = None
    every_recurring_payment: bool = False
    reason: str | None = None
    discounts: tuple[Discount, ...] = ()

    @property
    @shown()
    def applied(self) -> bool:
        """Whether it takes anything off."""
        return self.reason is None


@value(frozen=True, slots=True)
class CartWarning:
    """Something that the caller should know and that stops nothing; about one line, if it names one."""

    code: str
    message: str
    item_id: Annotated[str | None, UNLESS_EMPTY] = None


@value(frozen=True, slots=True)
class PricingStamp:
    """What priced the cart: policy name, catalog revision and time."""

    policy: str = "default"
    catalog_revision: int = 0
    priced_at: datetime | None = None


NOTHING_DUE = DueNow()
UNSTAMPED = PricingStamp()


@dataclass(slots=True)
class PricingResult:
    """The result of pricing a cart, apart from the prices of its lines.

    `other_currencies` are those in which everything in the cart has a price, too. The pricing steps set the fields one
    by one, so the class is not frozen; once a cart holds a result, nobody changes it.
    """

    promotions: tuple[PromotionOutcome, ...] = ()
    vouchers: Annotated[tuple[VoucherOutcome, ...], STORED_UNLESS_EMPTY] = ()
    budgets: Annotated[tuple[Budget, ...], NOT_SHOWN, STORED_UNLESS_EMPTY] = ()
    totals: Annotated[tuple[Total, ...], NOT_SHOWN] = ()
    due_now: DueNow = NOTHING_DUE
    other_currencies: Annotated[tuple[str, ...], NOT_SHOWN, STORED_UNLESS_EMPTY] = ()
    payment: Annotated[PaymentPlan | None, UNLESS_EMPTY] = None
    warnings: tuple[CartWarning, ...] = ()
    stamp: Annotated[PricingStamp, Named("pricing")] = UNSTAMPED
