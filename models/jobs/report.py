"""The report of a job: a line for every cart (contract, "Jobs")."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cartwright.wire.money import format_amount
from models.cart.cart import Cart
from models.cart.forms import Document

TotalKey = tuple[str, str, str | None]
"""Currency, price type, period."""
REPORTED = "line"
"""Under this name the outcome of a cart's command tells the line of the report."""


class CartOutcome(StrEnum):
    """What a job came to for one cart."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Figures:
    """The gross totals of a cart by price type and period, and what is payable now; all in minor units."""

    currency: str
    totals: tuple[tuple[str, str | None, int], ...]
    payable: int

    @classmethod
    def of(cls, cart: Cart) -> "Figures":
        """Those of a priced cart."""
        totals = tuple([(each.type, each.period, each.gross) for each in cart.pricing.totals])
        return cls(cart.currency, totals, cart.pricing.due_now.payable)

    @property
    def by_key(self) -> dict[TotalKey, int]:
        """The totals by currency, price type and period."""
        return {(self.currency, kind, period): gross for kind, period, gross in self.totals}


@dataclass(frozen=True, slots=True)
class ReportLine:
    """What a job came to for one cart.

    `code` says why it was skipped or failed, `message` the same for people; `because` are the causes of what moved.
    `before` and `after` are missing for a cart that is gone. `kept` is what was not taken because a price was kept, in
    minor units of the cart's currency.
    """

    cart_id: str
    outcome: CartOutcome
    versions: tuple[int, int]
    before: Figures | None = None
    after: Figures | None = None
    code: str | None = None
    message: str | None = None
    because: tuple[str, ...] = ()
    kept: int = 0

    def wire(self) -> Document:
        """The line as `get-report` shows it."""
        return {
            "cartId": self.cart_id,
            "version": list(self.versions),
            "outcome": self.outcome.value,
            "code": self.code,
            "amounts": _amounts(self.before, self.after),
            "because": list(self.because),
        }


def _amounts(before: Figures | None, after: Figures | None) -> list[Document]:
    if after is before:
        return [_amount(key, (gross, gross)) for key, gross in after.by_key.items()] if after is not None else []
    old = before.by_key if before is not None else {}
    new = after.by_key if after is not None else {}
    return [_amount(key, (old.get(key, 0), new.get(key, 0))) for key in {**old, **new}]


def _amount(key: TotalKey, grosses: tuple[int, int]) -> Document:
    currency, kind, period = key
    before, after = grosses
    text = format_amount(before, currency)
    return {
        "currency": currency,
        "type": kind,
        "period": period,
        "before": text,
        "after": text if after == before else format_amount(after, currency),
    }


def stored_line(line: ReportLine) -> Document:
    """A line as it is remembered with the cart that it is about."""
    return {
        "outcome": line.outcome.value,
        "versions": list(line.versions),
        "before": _stored_figures(line.before),
        "after": _stored_figures(line.after),
        "code": line.code,
        "because": list(line.because),
        "kept": line.kept,
    }


def read_line(cart_id: str, stored: Mapping[str, object]) -> ReportLine:
    """The line that `stored_line` wrote."""
    fields: Document = dict(stored)
    first, last = fields["versions"]
    return ReportLine(
        cart_id=cart_id,
        outcome=CartOutcome(fields["outcome"]),
        versions=(first, last),
        before=_read_figures(fields["before"]),
        after=_read_figures(fields["after"]),
        code=fields["code"],
        because=tuple(fields["because"]),
        kept=fields["kept"],
    )


def _stored_figures(figures: Figures | None) -> Document | None:
    if figures is None:
        return None
    return {
        "currency": figures.currency,
        "totals": [list(each) for each in figures.totals],
        "payable": figures.payable,
    }


def _read_figures(stored: Document | None) -> Figures | None:
    if stored is None:
        return None
    totals = tuple((kind, period, gross) for kind, period, gross in stored["totals"])
    return Figures(stored["currency"], totals, stored["payable"])
