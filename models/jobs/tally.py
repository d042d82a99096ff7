"""What a job, or a part of it, came to: carts by outcome, sums, the largest moves, failures, a hash of its lines."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import orjson

from models.cart.forms import Document
from models.jobs.report import CartOutcome, ReportLine, TotalKey

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
