"""The cart as replies show it (contract, "The cart"): what `rendering` writes, typed for whoever reads it."""

from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from cartwright.wire.answer import Amount, Answer, Message
from cartwright.wire.examples import example, example_of
from cartwright.wire.header import HeaderFields
from cartwright.wire.lines import LineDetails, NewContainer, Relationship
from cartwright.wire.schema import Currency, Time
from cartwright.wire.status import CartStatus

Entries = Annotated[list[dict[str, JsonValue]], Field(default_factory=list)]


class TaxView(Answer):
    """One tax on one amount; the rate in percent."""

    id: str
    rate: Amount
    amount: Amount


class AlterationView(Answer):
    """What moved a price away from its list price, for so many periods or for good; a reduction is negative.

    `type` is how the source reckons (`percent`, `fixed`, `new-price` …), `priority` a promotion's.
    """

    source: str
    id: str
    amount: Amount
    periods: int | None = None
    type: str | None = None
    priority: int | None = None


class PriceView(Answer):
    """One price of a line, for its whole quantity; `unit_amount` may be finer than the currency.

    One in arrears is billed when its period ends, and is not due now.
    """

    id: str
    type: str
    period: str | None = None
    unit: str | None = None
    unit_amount: Amount
    list_amount: Amount = Field(alias="list")
    alterations: list[AlterationView] = Field(default_factory=list)
    net: Amount
    taxes: list[TaxView] = Field(default_factory=list)
    gross: Amount
    is_arrears: bool = False
    relationships: list[Relationship] = Field(default_factory=list)


class ItemView(LineDetails):
    """A line item with its prices."""

    model_config = ConfigDict(extra="allow")

    id: str
    offering_id: str | None = None
    quantity: int
    container_id: str | None = None
    parent_id: str | None = None
    product_id: str | None = None
    action: str
    status: str
    term: str | None = None
    characteristics: dict[str, str] = Field(default_factory=dict)
    added_by: str | None = None
    overrides: Entries
    prices: list[PriceView] = Field(default_factory=list)
    promotions: list[str] = Field(default_factory=list)


class ContainerView(NewContainer):
    """An offer container."""

    model_config = ConfigDict(extra="allow")

    id: str


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
    period: str | None = None
    list_amount: Amount = Field(alias="list")
    discount: Amount
    net: Amount
    taxes: list[TaxView] = Field(default_factory=list)
    gross: Amount


class DiscountView(Answer):
    """What a promotion took off one total, positive."""

    type: str
    period: str | None = None
    amount: Amount


class PromotionView(Answer):
    """A promotion that applies, or one that was asked for and does not, with the code of the reason.

    Reasons: `inactive`, `not-started`, `expired`, `coupon-missing`, `not-chosen`, `discounts-blocked`,
    `condition-not-met`, `excluded` (exclusivity keeps it from a price), `nothing-to-reduce`, `exhausted` and
    `customer-unknown` (caps over several carts), `not-beneficial` (others that it would keep away save more),
    `unknown` (no longer in the catalog).
    """

    id: str
    coupon: str | None = None
    applied: bool
    reason: str | None = None
    discounts: list[DiscountView] = Field(default_factory=list)


class VoucherView(Answer):
    """A voucher that the cart holds, and what it takes off, or the code of the reason why it takes off nothing.

    Reasons: `unknown` (no longer in the catalog), `not-started`, `expired`, `discounts-blocked`, `exhausted`,
    `other-currency`, `nothing-to-reduce`.
    """

    code: str
    name: str | None = None
    reduction_percent: str | None = None
    reduction_amount: Amount | None = None
    every_recurring_payment: bool = False
    applied: bool
    reason: str | None = None
    discounts: list[DiscountView] = Field(default_factory=list)


class ConversionView(Answer):
    """What is payable now in another currency, at a rate of the catalog."""

    currency: Currency
    rate: Amount
    payable: Amount


class DueNowView(Answer):
    """What is payable now; `rounding` leads to what coins can pay, `payable_net` what adjustments leave of the net."""

    model_config = example({"gross": "9.99", "adjustments": "0.00", "payable": "9.99"})

    gross: Amount
    adjustments: Amount
    rounding: Amount | None = None
    payable: Amount
    payable_net: Amount | None = None
    in_other_currencies: list[ConversionView] = Field(default_factory=list)


class PricingView(Answer):
    """What priced the cart, and when."""

    policy: str
    catalog_revision: int
    priced_at: Time | None = None


class CartView(HeaderFields):
    """A cart at one version; all amounts in its one currency. It could be had in any of the `available_currencies`."""

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

    id: str
    tenant: str
    version: int
    status: CartStatus
    currency: Currency
    available_currencies: list[Currency] = Field(default_factory=list)
    containers: list[ContainerView] = Field(default_factory=list)
    items: list[ItemView] = Field(default_factory=list)
    promotions: list[PromotionView] = Field(default_factory=list)
    vouchers: list[VoucherView] = Field(default_factory=list)
    adjustments: Entries
    totals: list[TotalView] = Field(default_factory=list)
    due_now: DueNowView
    payment: dict[str, JsonValue] | None = None
    warnings: list[Message] = Field(default_factory=list)
    last_update_reason: str | None = None
    pricing: PricingView
    created_at: Time
    created_by: str | None = None
    updated_at: Time
    updated_by: str | None = None
