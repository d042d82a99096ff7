"""The lines of a cart as replies show them (contract, "The cart"): items with their prices, and containers."""

from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from cartwright.wire.answer import Amount, Answer
from cartwright.wire.lines import ContainerFields, LineDetails, Relationship
from cartwright.wire.notes import Note
from cartwright.wire.schema import Time

Entries = Annotated[list[dict[str, JsonValue]], Field(default_factory=list)]
"""Objects that are shown as they were given."""


class TaxView(Answer):
    """One tax on one amount; the rate in percent."""

    id: str
    """The tax's id in the catalog."""
    rate: Amount
    """The rate in percent."""
    amount: Amount
    """The tax on the amount beside it."""


class AlterationView(Answer):
    """What moved a price away from its list price, for so many periods or for good; a reduction is negative.

    `type` is how the source reckons (`percent`, `fixed`, `new-price` …), `priority` a promotion's.
    """

    source: str
    """What changed the price: `promotion`, `voucher`, `override`, `proration` and so on."""
    id: str
    """The id of the promotion, voucher or override."""
    amount: Amount
    """What was added to the price; a reduction is negative."""
    periods: int | None = None
    """For how many periods of a recurring price; without it, for good."""
    type: str | None = None
    """How the source computes, e.g. `percent`, `fixed`, `new-price`."""
    priority: int | None = None
    """The promotion's priority."""


class PhaseView(Answer):
    """A stretch of periods in which a recurring price or total is the same; periods count from 1."""

    from_period: int
    """The first of its periods."""
    periods: int | None = None
    """How many periods it has; null: it is for good."""
    list_amount: Amount = Field(alias="list")
    """The list price in each of its periods."""
    net: Amount
    """The amount of a period without tax."""
    taxes: list[TaxView] = Field(default_factory=list)
    """The taxes of a period."""
    gross: Amount
    """The amount of a period with tax."""
    alterations: list[AlterationView] = Field(default_factory=list)
    """What moved the amount away from the list price; their `periods` count from the phase's first. Of a total, what
    each source moved in all prices together.
    """


class KeptView(Answer):
    """What a change rule kept of a price: the line does not cost what the catalog asks by now."""

    kind: str
    """The kind of the rule: `keep`, `keep-until`, `on-renewal` or `cap`."""
    unit_amount: Amount
    """What a unit costs by the catalog."""
    list_amount: Amount = Field(alias="list")
    """What the whole quantity costs by the catalog."""
    until: Time | None = None
    """Until when a `keep-until` keeps the price."""


class PriorPriceView(Answer):
    """The lowest price of one unit in the 30 days before its price began to be reduced (98/6/EC, article 6a).

    It is what everybody paid in the same circumstances, in the cart's currency, with the taxes of that time.
    """

    price_id: str
    """The price point of that time."""
    unit_net: Amount
    """The price of one unit without tax."""
    unit_gross: Amount
    """The price of one unit with tax."""
    reduced_since: Time
    """When the price began to be reduced."""


class PriceView(Answer):
    """One price of a line, for its whole quantity; `unit_amount` may be finer than the currency.

    One in arrears is billed when its period ends, and is not due now.
    """

    id: str
    """The price point's id."""
    type: str
    """`one-time`, `recurring`, `allowance` or `usage`."""
    period: str | None = None
    """How often a recurring price is billed."""
    unit: str | None = None
    """What is counted, e.g. `GB`; without it, pieces."""
    unit_amount: Amount
    """The list price of one unit; it may have more decimals than the currency."""
    list_amount: Amount = Field(alias="list")
    """The list price for the whole quantity."""
    alterations: list[AlterationView] = Field(default_factory=list)
    """What moved the price away from its list price, in order."""
    net: Amount
    """The price without tax."""
    taxes: list[TaxView] = Field(default_factory=list)
    """The taxes on the price."""
    gross: Amount
    """The price with tax."""
    is_arrears: bool = False
    """Whether it is billed when its period ends; then it is not due now."""
    relationships: list[Relationship] = Field(default_factory=list)
    """Relationships of the price point to others."""
    kept: KeptView | None = None
    """What a change rule kept, if the catalog has another price by now."""
    prior_price: PriorPriceView | None = None
    """What a unit cost before its price was reduced, if the pricing policy has `priorPrices` `shown`."""
    phases: list[PhaseView] = Field(default_factory=list)
    """Of a recurring price: what it costs in every period; the fields beside are those of the first phase."""


class ItemView(LineDetails):
    """A line item with its prices."""

    model_config = ConfigDict(extra="allow")

    extensions: dict[str, dict[str, JsonValue]] | None = None  # type: ignore[assignment]
    """What dialects keep with the line, by dialect."""
    id: str
    """The item's id."""
    offering_id: str | None = None
    """The offering that is sold."""
    quantity: int
    """How many units."""
    container_id: str | None = None
    """The container that the item is in."""
    parent_id: str | None = None
    """The item that this one hangs on."""
    product_id: str | None = None
    """The customer's existing product."""
    action: str
    """What the order does with the product."""
    status: str
    """The state of the item."""
    term: str | None = None
    """The contract term."""
    characteristics: dict[str, str] = Field(default_factory=dict)
    """Values of the offering's characteristics, by name."""
    notes: list[Note] = Field(default_factory=list)
    """Notes about the item."""
    added_by: str | None = None
    """`rule:<id>` or `promotion:<id>` if a rule or a promotion added the item."""
    as_ordered: bool = False
    """In an amendment: whether the line keeps the price that it was ordered at."""
    fixed: bool = False
    """In an amendment: whether the line is past the point of no return, or hangs together with one that is."""
    amendable: bool | None = None
    """In an amendment: whether a kept line can be changed."""
    overrides: Entries
    """Prices that somebody set by hand."""
    prices: list[PriceView] = Field(default_factory=list)
    """The item's prices, for the whole quantity."""
    promotions: list[str] = Field(default_factory=list)
    """Ids of the promotions that reduce its prices."""


class ContainerView(ContainerFields):
    """An offer container."""

    model_config = ConfigDict(extra="allow")

    extensions: dict[str, dict[str, JsonValue]] = Field(default_factory=dict)  # type: ignore[assignment]
    """What dialects keep with the container, by dialect."""
    id: str
    """The container's id."""
    notes: list[Note] = Field(default_factory=list)
    """Notes about the container."""
