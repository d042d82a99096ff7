"""The cart as replies show it (contract, "The cart"): what `rendering` writes, as typed models."""

from pydantic import ConfigDict, Field, JsonValue

from cartwright.wire.answer import Amount, Answer, Message
from cartwright.wire.examples import example, example_of
from cartwright.wire.header import HeaderFields, Whereabouts
from cartwright.wire.line_view import ContainerView, Entries, ItemView, PhaseView, TaxView
from cartwright.wire.schema import Currency, Time
from cartwright.wire.status import CartStatus

_SUM = {
    "list": "9.99",
    "net": "8.32",
    "taxes": [{"id": "fr-standard", "rate": "20", "amount": "1.67"}],
    "gross": "9.99",
}


class TotalView(Answer):
    """The sum over all lines of one price type and period; `discount` is what was taken off, positive."""

    model_config = example({"type": "recurring", "period": "P1M", "discount": "0.00", **_SUM})

    type: str
    """The price type that is summed up."""
    period: str | None = None
    """The period that is summed up."""
    list_amount: Amount = Field(alias="list")
    """The sum of the list prices."""
    discount: Amount
    """What was taken off; a positive amount."""
    net: Amount
    """The sum without tax."""
    taxes: list[TaxView] = Field(default_factory=list)
    """The taxes, by rate."""
    gross: Amount
    """The sum with tax."""
    phases: list[PhaseView] = Field(default_factory=list)
    """Of a recurring total: what it is in every period; the fields beside are those of the first phase."""


class DiscountView(Answer):
    """What a promotion took off one total, positive."""

    type: str
    """The price type."""
    period: str | None = None
    """The period."""
    amount: Amount
    """What was taken off; a positive amount."""


class PromotionView(Answer):
    """A promotion that applies, or one that was asked for and does not, with the code of the reason.

    Reasons: `inactive`, `not-started`, `expired`, `coupon-missing`, `not-chosen`, `discounts-blocked`,
    `condition-not-met`, `excluded` (exclusivity keeps it from a price), `nothing-to-reduce`, `exhausted` and
    `customer-unknown` (caps over several carts), `not-beneficial` (others that it would keep away save more),
    `unknown` (no longer in the catalog).
    """

    id: str
    """The promotion's id."""
    coupon: str | None = None
    """The coupon that it was asked for with."""
    applied: bool
    """Whether it reduces anything."""
    reason: str | None = None
    """The code of the reason why it does not apply."""
    discounts: list[DiscountView] = Field(default_factory=list)
    """What it took off each total."""


class VoucherView(Answer):
    """A voucher that the cart holds, and what it takes off, or the code of the reason why it takes off nothing.

    Reasons: `unknown` (no longer in the catalog), `not-started`, `expired`, `discounts-blocked`, `exhausted`,
    `other-currency`, `nothing-to-reduce`.
    """

    code: str
    """The voucher's code."""
    name: str | None = None
    """The voucher's name."""
    reduction_percent: str | None = None
    """The reduction in percent, if it is one."""
    reduction_amount: Amount | None = None
    """The reduction as an amount, if it is one."""
    every_recurring_payment: bool = False
    """Whether it reduces every period of a recurring price, not only the first."""
    applied: bool
    """Whether it takes anything off."""
    reason: str | None = None
    """The code of the reason why it takes nothing off."""
    discounts: list[DiscountView] = Field(default_factory=list)
    """What it took off each total."""


class ConversionView(Answer):
    """What is payable now in another currency, at a rate of the catalog."""

    currency: Currency
    """The other currency."""
    rate: Amount
    """Units of the other currency per unit of the cart's."""
    payable: Amount
    """The payable amount in the other currency."""


class DueNowView(Answer):
    """What is payable now; `rounding` leads to what coins can pay, `payable_net` what adjustments leave of the net."""

    model_config = example({"gross": "9.99", "adjustments": "0.00", "payable": "9.99"})

    gross: Amount
    """One-time prices and the first period of recurring ones, with tax."""
    adjustments: Amount
    """What gift cards, wallets and down payments cover."""
    rounding: Amount | None = None
    """What cash rounding adds or takes away."""
    payable: Amount
    """What is left to pay now."""
    payable_net: Amount | None = None
    """The net part of what is left to pay."""
    in_other_currencies: list[ConversionView] = Field(default_factory=list)
    """The payable amount in other currencies, for display."""


class PricingView(Answer):
    """What priced the cart, and when."""

    policy: str
    """The preset of the pricing policy."""
    catalog_revision: int
    """The catalog revision that the prices come from."""
    priced_at: Time | None = None
    """The time as of which the prices hold."""


class LockView(Answer):
    """A lock: until then only its owner changes the cart."""

    owner: str
    """Who may change it."""
    until: Time
    """When the lock ends by itself."""


class AmendmentView(Answer):
    """What an amendment changes of an order, by line; what was paid, and what is to be paid or refunded."""

    amends: str
    """The submitted cart that it amends."""
    version: int
    """The version of that cart."""
    added: list[str] = Field(default_factory=list)
    """Lines that the order did not have."""
    removed: list[str] = Field(default_factory=list)
    """Lines of the order that are gone."""
    changed: list[str] = Field(default_factory=list)
    """Lines of the order that were changed, and are priced as of now."""
    kept: list[str] = Field(default_factory=list)
    """Lines of the order that are as they were."""
    paid: Amount
    """What was paid for the order."""
    to_pay: Amount
    """What is payable now beyond that."""
    to_refund: Amount
    """What was paid beyond what is payable now."""


class CartView(HeaderFields, Whereabouts):
    """A cart at one version; all amounts are in its currency. It has prices in `available_currencies`."""

    model_config = ConfigDict(
        extra="allow",
        **example(
            {
                "id": "c-42",
                "tenant": "acme",
                "version": 8,
                "status": "active",
                "country": "FR",
                "currency": "EUR",
                "availableCurrencies": ["EUR", "USD"],
                "keys": {"salesJourneyId": "32423423"},
                "containers": [{"id": "k-1", "category": "mobile", "processContext": "new"}],
                "items": [
                    {
                        "id": "i-1",
                        "offeringId": "sim-only",
                        "quantity": 1,
                        "containerId": "k-1",
                        "action": "add",
                        "status": "new",
                        "characteristics": {"color": "red"},
                        "prices": [
                            {
                                "id": "pp-1",
                                "type": "recurring",
                                "period": "P1M",
                                "unitAmount": "9.99",
                                "alterations": [],
                                **_SUM,
                            }
                        ],
                    }
                ],
                "promotions": [],
                "vouchers": [],
                "adjustments": [],
                "totals": [example_of(TotalView)],
                "dueNow": example_of(DueNowView),
                "warnings": [],
                "pricing": {"policy": "default", "catalogRevision": 3, "pricedAt": "2026-01-01T08:00:00Z"},
                "createdAt": "2026-01-01T08:00:00Z",
                "updatedAt": "2026-01-01T08:00:00Z",
            }
        ),
    )

    extensions: dict[str, dict[str, JsonValue]] = Field(default_factory=dict)  # type: ignore[assignment]
    """What dialects keep with the cart, by dialect."""
    id: str
    """The cart's id."""
    tenant: str
    """The tenant that owns the cart."""
    version: int
    """The version; every applied command makes the next one."""
    status: CartStatus
    """Where the cart is in its life."""
    currency: Currency
    """The currency of all amounts."""
    available_currencies: list[Currency] = Field(default_factory=list)
    """Currencies in which every line has a price."""
    containers: list[ContainerView] = Field(default_factory=list)
    """The offer containers."""
    items: list[ItemView] = Field(default_factory=list)
    """The line items with their prices."""
    promotions: list[PromotionView] = Field(default_factory=list)
    """Promotions that apply, and those that were asked for and do not."""
    vouchers: list[VoucherView] = Field(default_factory=list)
    """Vouchers that the cart holds."""
    adjustments: Entries
    """Gift cards, wallets, vouchers of value and down payments."""
    totals: list[TotalView] = Field(default_factory=list)
    """One total per price type and period, one-time first."""
    due_now: DueNowView
    """What is payable now."""
    payment: dict[str, JsonValue] | None = None
    """The installments, if `paymentParts` asks for them."""
    warnings: list[Message] = Field(default_factory=list)
    """What is wrong or unusual but does not stop the cart."""
    lock: LockView | None = None
    """Who has locked the cart; null if nobody has."""
    frozen_until: Time | None = None
    """Until when the cart keeps the catalog and the time of its prices; null if it is not frozen."""
    suppress_at: Time | None = None
    """When the cart expires; null if no date is set."""
    is_amendment: bool = False
    """Whether the cart amends an order."""
    amendment: AmendmentView | None = None
    """What it amends, and how."""
    amended_by: str | None = None
    """The cart that was submitted last as an amendment of this one; only `get-cart` says so."""
    last_update_reason: str | None = None
    """The reason given with the last change."""
    pricing: PricingView
    """What priced the cart, and when."""
    created_at: Time
    """When the cart was created."""
    created_by: str | None = None
    """Who created it."""
    updated_at: Time
    """When it was changed last."""
    updated_by: str | None = None
    """Who changed it last."""
