"""Why a price is what it is: ledgers whose lines lead from nothing to the amount, and what became of promotions."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from cartwright.wire.money import digits, format_amount, format_scaled
from cartwright.wire.policy import PricingPolicy
from cartwright.wire.schema import format_time
from models.cart.forms import Document, amounts_in, renderer
from models.cart.prior_price import PriorPrice
from models.money.rounding import round_exact

_render_prior = renderer(PriorPrice)
EXACT_DECIMALS = 6
"""How many decimals beyond the currency's an unrounded amount is shown with."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of a ledger: what moved an amount, in minor units.

    `source` is the id of the price, promotion or tax, `revision` the catalog revision that brought that row. `exact` is
    the amount before it was rounded; `odd` are the minor units that this share of a spread amount got beyond its
    proportion. A tax that the amount contains changes nothing, and is in `contained`. `note` is what a change rule did,
    in words.
    """

    step: str
    source: str | None
    before: int
    after: int
    revision: int | None = None
    exact: Fraction | None = None
    odd: int = 0
    contained: int | None = None
    note: str | None = None

    @property
    def amount(self) -> int:
        """By how much the line moves the amount."""
        return self.after - self.before

    def wire(self, currency: str) -> Document:
        """The line as a JSON object; what doesn't apply is left out."""
        optional = {
            "revision": self.revision,
            "exact": None if self.exact is None else _format_exact(self.exact, currency),
            "oddUnits": self.odd or None,
            "contained": None if self.contained is None else format_amount(self.contained, currency),
            "note": self.note,
        }
        return {
            "step": self.step,
            "source": self.source,
            "before": format_amount(self.before, currency),
            "amount": format_amount(self.amount, currency),
            "after": format_amount(self.after, currency),
            **{name: value for name, value in optional.items() if value is not None},
        }


@dataclass(frozen=True, slots=True)
class Ledger:
    """The lines that lead to one price of an item, to a total (no item id), or to what is due now (no type).

    `prior` is what a unit of a reduced item cost before it was reduced.
    """

    item_id: str | None
    price_id: str | None
    type: str | None
    period: str | None
    lines: tuple[LedgerLine, ...]
    prior: PriorPrice | None = None

    @property
    def amount(self) -> int:
        """What the lines lead to, in minor units."""
        return sum(line.amount for line in self.lines)

    def wire(self, currency: str) -> Document:
        """The ledger as a JSON object."""
        names = {"itemId": self.item_id, "priceId": self.price_id, "type": self.type}
        named = {name: value for name, value in names.items() if value is not None}
        prior = {} if self.prior is None else {"priorPrice": _render_prior(self.prior, amounts_in(currency))}
        return {**named, "period": self.period, **prior, "lines": [line.wire(currency) for line in self.lines]}


@dataclass(frozen=True, slots=True)
class PromotionVerdict:
    """Whether a promotion applied; if not, the code of the reason, and the kind of the condition that failed."""

    id: str
    revision: int | None
    reason: str | None
    condition: str | None

    def wire(self) -> Document:
        """The verdict as a JSON object."""
        return {
            "id": self.id,
            "revision": self.revision,
            "applied": self.reason is None,
            "reason": self.reason,
            "condition": self.condition,
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """All ledgers of one priced cart, and what they rest on; of a comparison, those of the other side too."""

    currency: str
    policy: PricingPolicy
    catalog_revision: int
    at: datetime
    items: tuple[Ledger, ...]
    totals: tuple[Ledger, ...]
    due_now: Ledger
    promotions: tuple[PromotionVerdict, ...]
    compared_with: "Explanation | None" = None

    def wire(self) -> Document:
        """The explanation as a JSON object."""
        told = {
            "currency": self.currency,
            "policy": self.policy.model_dump(mode="json", by_alias=True),
            "catalogRevision": self.catalog_revision,
            "asOf": format_time(self.at),
            "items": [ledger.wire(self.currency) for ledger in self.items],
            "totals": [ledger.wire(self.currency) for ledger in self.totals],
            "dueNow": self.due_now.wire(self.currency),
            "promotions": [each.wire() for each in self.promotions],
        }
        return told if self.compared_with is None else {**told, "comparedWith": self.compared_with.wire()}


def _format_exact(amount: Fraction, currency: str) -> str:
    return format_scaled(round_exact(amount * 10**EXACT_DECIMALS), digits(currency) + EXACT_DECIMALS)
