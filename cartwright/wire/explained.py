"""Why a cart costs what it does, as replies tell it: ledgers whose lines lead from nothing to each amount."""

from pydantic import Field, JsonValue

from cartwright.wire.answer import Amount, Answer
from cartwright.wire.line_view import PriorPriceView
from cartwright.wire.schema import Time


class LedgerLineView(Answer):
    """One step of a ledger: what moved an amount, and by how much."""

    step: str
    """What moved it: `list-price`, `promotion`, `voucher`, `override`, `tax` and so on."""
    source: str | None = None
    """The id of the price, promotion, voucher, adjustment or tax."""
    before: Amount
    """The amount before the step."""
    amount: Amount
    """By how much the step moves it; a reduction is negative."""
    after: Amount
    """The amount after the step."""
    revision: int | None = None
    """The catalog revision that brought the row of the source."""
    exact: Amount | None = None
    """The amount of the step before it was rounded."""
    odd_units: int | None = None
    """The minor units that this share of a spread amount got beyond its proportion."""
    contained: Amount | None = None
    """A tax that the amount contains, and that moves nothing."""
    note: str | None = None
    """What a change rule did, in words."""


class LedgerView(Answer):
    """The steps that lead to one price of a line, to a total (without `itemId`), or to what is due now (no `type`)."""

    item_id: str | None = None
    """The line item, if it is a price of one."""
    price_id: str | None = None
    """The price point, if it is a price of a line."""
    type: str | None = None
    """The price type; none for what is due now."""
    period: str | None = None
    """The period of a recurring price or total."""
    prior_price: PriorPriceView | None = None
    """What a unit cost before its price was reduced."""
    lines: list[LedgerLineView]
    """The steps, in order."""


class PromotionVerdictView(Answer):
    """Whether a promotion applied; if not, why."""

    id: str
    """The promotion's id."""
    revision: int | None = None
    """The catalog revision that brought it."""
    applied: bool
    """Whether it applied."""
    reason: str | None = None
    """The code of the reason why it did not apply."""
    condition: str | None = None
    """The kind of the condition that failed."""


class ExplanationView(Answer):
    """The ledgers behind every amount of a cart, and what they rest on."""

    currency: str
    """The currency of all amounts."""
    policy: dict[str, JsonValue]
    """The pricing policy, with all of its fields."""
    catalog_revision: int
    """The catalog revision that gave the prices."""
    as_of: Time
    """The time whose prices count."""
    items: list[LedgerView]
    """The prices of the lines, in the order of the cart."""
    totals: list[LedgerView]
    """The totals, one-time first."""
    due_now: LedgerView
    """What is payable now."""
    promotions: list[PromotionVerdictView] = Field(default_factory=list)
    """The promotions that were tested."""
    compared_with: "ExplanationView | None" = None
    """The explanation of the other side, if prices were compared."""
