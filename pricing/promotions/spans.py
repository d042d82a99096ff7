"""Spans: for how many periods a price is reduced, and which part of each of them; counted in periods or in months."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from cartwright.wire.policy import PricingPolicy
from models.money.rates import portion
from pricing.promotions.months import months_in_periods
from pricing.promotions.scope import Offer, Scope
from pricing.sheet.rows import Row
from pricing.sheet.stretches import Source
from pricing.sheet.worksheet import Worksheet

WHOLE = Fraction(1)


class Span(NamedTuple):
    """For how many periods from the sheet's first one on; None: for good. `part` is how much of each is reduced."""

    lasting: int | None = None
    part: Fraction = WHOLE

    @property
    def over(self) -> bool:
        """Whether nothing is left of it."""
        return self.lasting is not None and self.lasting <= 0

    @property
    def is_whole(self) -> bool:
        """Whether whole periods are reduced."""
        return self.part is WHOLE


FOR_GOOD = Span()
OVER = Span(0)
SpanOf = Callable[[Row], Span]
"""How long a benefit is still given to a price."""


def by_price(span: SpanOf) -> SpanOf:
    """The same, found once for each price; what doesn't recur has no periods."""
    known: dict[int, Span] = {}

    def found(row: Row) -> Span:
        if row.type != "recurring":
            return FOR_GOOD
        if id(row) not in known:
            known[id(row)] = span(row)
        return known[id(row)]

    return found


def in_spans(offer: Offer, span: SpanOf, policy: PricingPolicy) -> Offer:
    """The offer with a part of each discount where only a part of the period is reduced, rounded by the policy."""
    if all(span(row).is_whole for part in offer.parts for row, _ in part):
        return offer
    return offer._replace(
        parts=[[(row, portion(less, span(row).part, policy.rounding)) for row, less in part] for part in offer.parts]
    )


def offered(offer_in: Callable[[Scope], Offer], scope: Scope, span: SpanOf, policy: PricingPolicy) -> Offer:
    """What a benefit offers in a scope, as it is for these spans.

    Of a price that is reduced for a part of its period as much may go off in a whole one that the part leaves its
    minimum: the benefit sees such a price with less of a minimum.
    """
    partly = [row for line in scope.lines for row in line.rows if row.least and not span(row).is_whole]
    if not partly:
        return in_spans(offer_in(scope), span, policy)
    own = {id(row): row.copied() for row in partly}
    known = {id(copy): row for row, copy in zip(partly, own.values(), strict=True)}
    for row, copy in zip(partly, own.values(), strict=True):
        copy.least = max(row.amount - ceil((row.amount - row.least) / span(row).part), 0)
    lines = [replace(line, rows=[own.get(id(row), row) for row in line.rows]) for line in scope.lines]
    offer = offer_in(scope.with_lines(lines))
    parts = [[(known.get(id(row), row), less) for row, less in part] for part in offer.parts]
    return in_spans(offer._replace(parts=parts), span, policy)


def span_in_months(row: Row, months: int, source: Source, sheet: Worksheet) -> Span:
    """What is left of so many months of a recurring price; nothing, if its period is no number of months."""
    calendar = sheet.calendar
    whole, part = divmod(months_in_periods(row, months, calendar.stretch.waited.get(source, 0), sheet), 1)
    left = calendar.left(source, whole + bool(part))
    if left == 1 and part:
        return Span(1, part)
    return OVER if left <= 0 else Span(left - bool(part))
