"""The report of a job: a line for every cart (contract, "Jobs")."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import orjson

from cartwright.wire.money import format_amount
from models.cart.cart import Cart
from models.cart.forms import Document

TotalKey = tuple[str, str, str | None]
"""Currency, price type, period."""


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


HASH_BITS = 256


def hash_of(lines: Sequence[Document]) -> int:
    """A hash of lines, in whatever order and parts they come: the sum of theirs, each without its versions."""
    return sum(_hash(line) for line in lines) % (1 << HASH_BITS)


def _hash(line: Document) -> int:
    text = orjson.dumps({**line, "version": None}, option=orjson.OPT_SORT_KEYS)
    return int.from_bytes(hashlib.sha256(text).digest(), "big")


SHOWN_CARTS = 10
"""Carts in the lists of the largest rises and falls."""
SHOWN_FAILURES = 100
"""Failures that a job shows; its report has them all."""


@dataclass(frozen=True, slots=True)
class Moved:
    """By how much what is payable now for a cart rose or fell, in minor units."""

    cart_id: str
    currency: str
    difference: int

    @property
    def rank(self) -> tuple[int, str]:
        """The largest first, then by id."""
        return -abs(self.difference), self.cart_id


@dataclass(frozen=True, slots=True)
class Failure:
    """A cart for which a job failed, and why."""

    cart_id: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What a job, or a part of it, came to: carts by outcome, sums in minor units, the extremes, the lines' hash."""

    counts: Mapping[CartOutcome, int] = field(default_factory=dict)
    amounts: Mapping[TotalKey, tuple[int, int]] = field(default_factory=dict)
    kept: Mapping[str, int] = field(default_factory=dict)
    rises: tuple[Moved, ...] = ()
    falls: tuple[Moved, ...] = ()
    failures: tuple[Failure, ...] = ()
    hash: int = 0

    @property
    def seen(self) -> int:
        """The number of carts."""
        return sum(self.counts.values())

    @classmethod
    def of(cls, lines: Sequence[ReportLine], shown: Sequence[Document]) -> "Tally":
        """What these lines come to; `shown` are the same lines as on the wire."""
        counts: dict[CartOutcome, int] = {}
        amounts: dict[TotalKey, tuple[int, int]] = {}
        kept: dict[str, int] = {}
        moved: list[Moved] = []
        for line in lines:
            counts[line.outcome] = counts.get(line.outcome, 0) + 1
            _add(amounts, line)
            if line.before is None or line.after is None:
                continue
            if line.kept:
                kept[line.after.currency] = kept.get(line.after.currency, 0) + line.kept
            difference = line.after.payable - line.before.payable
            if difference and line.before.currency == line.after.currency:
                moved.append(Moved(line.cart_id, line.after.currency, difference))
        failed = [
            Failure(line.cart_id, line.code or "", line.message or "")
            for line in lines
            if line.outcome is CartOutcome.FAILED
        ]
        return cls(
            counts,
            amounts,
            kept,
            _largest([each for each in moved if each.difference > 0]),
            _largest([each for each in moved if each.difference < 0]),
            _first(failed),
            hash_of(shown),
        )

    def with_other(self, other: "Tally") -> "Tally":
        """Both together."""
        amounts = dict(self.amounts)
        for key, (before, after) in other.amounts.items():
            old, new = amounts.get(key, (0, 0))
            amounts[key] = (old + before, new + after)
        return replace(
            self,
            counts={each: self.counts.get(each, 0) + other.counts.get(each, 0) for each in CartOutcome},
            amounts=amounts,
            kept={each: self.kept.get(each, 0) + other.kept.get(each, 0) for each in {**self.kept, **other.kept}},
            rises=_largest([*self.rises, *other.rises]),
            falls=_largest([*self.falls, *other.falls]),
            failures=_first([*self.failures, *other.failures]),
            hash=(self.hash + other.hash) % (1 << HASH_BITS),
        )


def _add(amounts: dict[TotalKey, tuple[int, int]], line: ReportLine) -> None:
    if line.before is line.after and line.after is not None:
        currency = line.after.currency
        for kind, period, gross in line.after.totals:
            old, new = amounts.get((currency, kind, period), (0, 0))
            amounts[currency, kind, period] = (old + gross, new + gross)
        return
    for key, gross in line.before.by_key.items() if line.before else ():
        old, new = amounts.get(key, (0, 0))
        amounts[key] = (old + gross, new)
    for key, gross in line.after.by_key.items() if line.after else ():
        old, new = amounts.get(key, (0, 0))
        amounts[key] = (old, new + gross)


def _largest(moved: Sequence[Moved]) -> tuple[Moved, ...]:
    return tuple(sorted(moved, key=lambda each: each.rank)[:SHOWN_CARTS])


def _first(failures: Sequence[Failure]) -> tuple[Failure, ...]:
    return tuple(sorted(failures, key=lambda each: each.cart_id)[:SHOWN_FAILURES])
