"""How little a cart may come to without some promotions: a combination that can't be cheaper is not priced.

At the prices before all promotions each of them takes off the most that it ever does: a reduction takes less of a lower
price, and a lower price loses conditions, it wins none. So a combination leaves at least what the lines cost then,
without the most that each of its promotions takes off; or, where one takes a part of everything, without that part of
what those before it leave. That holds for the kinds of conditions and benefits that say so; with others, or with what
comes after promotions and reads prices, nothing is left untried.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import NamedTuple

from cartwright.wire.policy import TaxLevel
from facts.price_index import DUE_NOW
from models.cart.price import Alteration
from models.cart.sources import PROMOTION
from pricing.arithmetic.spreading import Runs
from pricing.promotion import Promotion
from pricing.sheet.counting import counting_of
from pricing.sheet.preferring import Least
from pricing.sheet.rows import Line, Row
from pricing.sheet.worksheet import Claim, Worksheet
from pricing.steps.granting import most_of_unit
from pricing.steps.promoting import open_promotions, promote


class Floor(NamedTuple):
    """What the lines cost before all promotions, in minor units, and the most that each takes off, in their order.

    `gross` is the factor that makes gross amounts of all these, `odd` what rounding may move.
    """

    listed: int
    claims: Sequence[Claim]
    gross: Fraction
    odd: int

    def without(self, left_out: frozenset[str]) -> Fraction:
        """The least that the first period comes to, before adjustments, without these promotions; gross."""
        left = Fraction(self.listed)
        for each in self.claims:
            if each.promotion_id not in left_out:
                left -= each.most if each.share is None else left * each.share
        return left * self.gross - self.odd


def least_of(filled: Worksheet) -> Least | None:
    """What is known of all combinations of a cart's promotions, from the sheet with all of them; None if nothing."""
    if not (_ends_with_promotions(filled) and all(map(_falls, open_promotions(filled)))):
        return None
    lines = [line for line in filled.lines if not line.item.is_gift]
    with _unpromoted(lines) as promoted:
        due = [row for line in lines for row in line.rows if row.type in DUE_NOW]
        alike: dict[tuple[int, bool], list[Row]] = {}
        for row in due:
            alike.setdefault((id(row.taxation), row.tax_included), []).append(row)
        factors = {rows[0].taxation.factor("gross", contained=contained) for (_, contained), rows in alike.items()}
        whole = counting_of(filled).basis == "stated" and not any(row.amount < 0 or row.least for row in due)
        if len(factors) != 1 or not whole:
            return None
        claims = _claims(filled, lines, promoted)
        odd = len(claims) + sum([_odd(rows, filled.policy.tax_level) for rows in alike.values()])
        return Floor(sum([row.amount for row in due]), claims, factors.pop(), odd).without


_Promoted = list[tuple[Row, int, Runs | None, tuple[Alteration, ...]]]
"""Rows that were altered, with their amounts, their runs and the alterations."""


@contextmanager
def _unpromoted(lines: list[Line]) -> Iterator[_Promoted]:
    """The lines at their prices before all promotions, for as long as the block runs; what altered ones were."""
    altered = [row for line in lines for row in line.rows if row.alterations]
    promoted = [(row, row.amount, row.runs, row.alterations) for row in altered]
    try:
        for row, amount, _, given in promoted:
            taken = [each.amount for each in given if each.source == PROMOTION]
            row.amount, row.runs = amount - sum(taken), row.listed and row.unpromoted_runs
            others = len(taken) < len(given)
            row.alterations = tuple([each for each in given if each.source != PROMOTION]) if others else ()
        yield promoted
    finally:
        for row, amount, runs, given in promoted:
            row.amount, row.runs, row.alterations = amount, runs, given


def _claims(filled: Worksheet, lines: list[Line], promoted: _Promoted) -> Sequence[Claim]:
    """What each promotion takes at the prices of the lines; the first that applied has taken it, for it was alone."""
    first = next(each.promotion_id for each in filled.verdicts if each.reason is None)
    own = [
        (row, -each.amount)
        for row, _, _, given in promoted
        for each in given
        if each.id == first and each.source == PROMOTION
    ]
    of_unit = most_of_unit(next(each for each in open_promotions(filled) if each.id == first), filled.policy)
    claims = [Claim(first, sum([less for _, less in own]), None, of_unit, lambda: [row for row, _ in own])]
    sheet = filled.copied(frozenset({first}), lines)
    sheet.basis, sheet.claims = filled.basis, claims
    promote(sheet)
    return claims


def _odd(rows: Sequence[Row], level: TaxLevel) -> int:
    """By how many minor units the rounding of taxes, which are alike, may move what prices cost with them."""
    taxation = rows[0].taxation
    if rows[0].tax_included and not any(taxation.exempt):
        return 0
    return (len(taxation.taxes) + 1) * (sum([row.quantity for row in rows]) if level is TaxLevel.UNIT else len(rows))


def _ends_with_promotions(sheet: Worksheet) -> bool:
    """Whether nothing but taxes and what is due comes after the promotions, and this is the first period."""
    cart, rows = sheet.cart, [row for line in sheet.lines for row in line.rows]
    return (
        sheet.paid is None
        and not sheet.kept
        and not cart.held_vouchers
        and all(line.item.terms.paid_period is None for line in sheet.lines)
        and (cart.header.bill_cycle_day is None or not any(row.point.is_prorated for row in rows))
    )


def _falls(promotion: Promotion) -> bool:
    """Whether it takes off no more of lower prices: of the same prices, in the same places."""
    return (
        not promotion.exclusive
        and promotion.caps.per_cart is None
        and all(each.reductions_may != "turn" for each in promotion.conditions)
        and all(each.brings is not None and not each.target.unreduced_only for each in promotion.benefits)
    )
