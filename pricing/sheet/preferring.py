"""When promotions conflict, the combination with the lowest amount payable is used.

A further promotion never raises a price, then, although some exclude others, or fall below a minimum once others have
taken something off. Which of them to leave out is a knapsack problem, so all is tried for so many sheets only. From the
best of these it goes on, one promotion at a time: that is enough where those in conflict are of different lines. A cart
whose promotions all get along is priced once, and a combination that can't be cheaper not at all.
"""

from collections import deque
from collections.abc import Callable
from fractions import Fraction

from cartwright.wire.refusals import Refusal
from facts.price_index import DUE_NOW
from pricing.sheet.worksheet import Worksheet

MOST_SHEETS = 32
"""So many combinations are tried, those that leave out the fewest first."""
MOST_STEPS = 64
"""So many promotions are left out of the best of these one by one, to see if that is cheaper yet."""

Fill = Callable[[frozenset[str]], Worksheet]
"""A filled sheet without the promotions of these ids; raises `Refusal`."""
Least = Callable[[frozenset[str]], Fraction]
"""The least that the first period comes to before adjustments, in minor units, without the promotions of these ids."""


def _unknown(_filled: Worksheet) -> None:
    """Nothing is known of combinations."""


def best_sheet(fill: Fill, bound: Callable[[Worksheet], Least | None] = _unknown) -> Worksheet:
    """The filled sheet of all promotions, or that without some of them which is cheaper; the fewer, the better.

    `bound` is asked once, with the sheet of all promotions, where some of these are in conflict.
    """
    best = fill(frozenset())
    if not best.obstacles:  # by far the most frequent
        return best
    waiting, known, least, tried = deque([best]), {best.without}, bound(best), 1
    while waiting:
        sheet = waiting.popleft()
        for without in _ways_out(sheet):
            if without in known or tried == MOST_SHEETS:
                continue
            known.add(without)
            # What is left out of a combination that can't be cheaper is left out of all that would follow from it.
            if least is not None and least(without) > _gross(best):
                continue
            tried += 1
            other = _filled(fill, without)
            if other is not None:
                waiting.append(other)
                best = min(best, other, key=_payable)
    return best if tried < MOST_SHEETS else _gone_on(best, fill, least)


def _gone_on(best: Worksheet, fill: Fill, least: Least | None) -> Worksheet:
    """The sheet that leaving out one promotion at a time leads to, each tried once, for as long as it gets cheaper."""
    seen: set[str] = set()
    while len(seen) < MOST_STEPS:
        step = next((way for way in _ways_out(best) if not way - best.without <= seen), None)
        if step is None:
            break
        seen |= step - best.without
        if least is None or least(step) <= _gross(best):
            other = _filled(fill, step)
            best = best if other is None else min(best, other, key=_payable)
    return best


def _ways_out(sheet: Worksheet) -> list[frozenset[str]]:
    """What to leave out next: one of the promotions that applied and are in conflict with others."""
    return [sheet.without | {each.promotion_id} for each in sheet.verdicts if each.promotion_id in sheet.obstacles]


def _filled(fill: Fill, without: frozenset[str]) -> Worksheet | None:
    try:
        return fill(without)
    except Refusal:
        # A promotion that only now has its turn brings a gift without a price: that is no way to price this cart.
        return None


def _payable(sheet: Worksheet) -> tuple[int, int, int]:
    """What the first period costs, be it due now or in arrears; then before adjustments, then with usage."""
    due, gross = sheet.result.due_now, _gross(sheet)
    return due.payable + gross - due.gross, gross, sum([total.gross for total in sheet.result.totals])


def _gross(sheet: Worksheet) -> int:
    return sum([total.gross for total in sheet.result.totals if total.type in DUE_NOW])
