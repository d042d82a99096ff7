"""When promotions conflict, the combination with the lowest amount payable is used.

A further promotion never raises a price, then, although some exclude others, or fall below a minimum once others have
taken something off. Which of them to leave out is a knapsack problem, so it is searched, and for so many sheets only;
a cart whose promotions all get along is priced once.
"""

from collections import deque
from collections.abc import Callable

from cartwright.wire.refusals import Refusal
from facts.price_index import DUE_NOW
from pricing.sheet.worksheet import Worksheet

MOST_SHEETS = 32

Fill = Callable[[frozenset[str]], Worksheet]
"""A filled sheet without the promotions of these ids; raises `Refusal`."""


def best_sheet(fill: Fill) -> Worksheet:
    """The filled sheet of all promotions, or that without some of them which is cheaper; the fewer, the better."""
    best = fill(frozenset())
    if not best.obstacles:  # by far the most frequent
        return best
    waiting, known = deque([best]), {best.without}
    while waiting:
        sheet = waiting.popleft()
        for without in _ways_out(sheet):
            if without not in known and len(known) < MOST_SHEETS:
                known.add(without)
                other = _filled(fill, without)
                if other is not None:
                    waiting.append(other)
                    best = min(best, other, key=_payable)
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
    due, totals = sheet.result.due_now, sheet.result.totals
    gross = sum([total.gross for total in totals if total.type in DUE_NOW])
    return due.payable + gross - due.gross, gross, sum([total.gross for total in totals])
