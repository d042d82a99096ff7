"""Phases: the sheets of all stretches put together, so that the first one says what every period costs."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from models.cart.price import Phase
from models.cart.pricing_result import Total
from pricing.sheet.worksheet import Row, TotalKey, Verdict, Worksheet
from pricing.steps.totals import total_of


def join_phases(sheets: Sequence[Worksheet]) -> None:
    """Give the recurring prices and totals of the first sheet their later phases, and say what applies in any of them.

    A line that a promotion adds in the first period stays as the last sheet has it that knows it; lines that would be
    added later are not.
    """
    first, starts = sheets[0], [sheet.calendar.first for sheet in sheets]
    recurring = [
        {(row.item_id, row.point.id): row for key, rows in sheet.groups.items() if _recurs(key) for row in rows}
        for sheet in sheets
    ]
    totals = []
    for total in first.result.totals:
        key = total.type, total.period
        if _recurs(key):
            courses = [list(_course(row, recurring)) for row in first.groups[key]]
            for course in courses:
                course[0].later = _later([_phase_of_row(row) for row in course], starts)
            sums = [total_of(key, rows) for rows in zip(*courses, strict=True)]
            totals.append(replace(total, later=_later([_phase_of_total(each) for each in sums], starts)))
        else:
            totals.append(total)
    first.result.totals = tuple(totals)
    _add_what_applies_later(first, sheets[1:])


def _recurs(key: TotalKey) -> bool:
    return key[0] == "recurring"


def _course(row: Row, recurring: Sequence[dict[tuple[str, str], Row]]) -> Iterator[Row]:
    """What a row of the first sheet is in each of the sheets."""
    for rows in recurring:
        row = rows.get((row.item_id, row.point.id), row)
        yield row


def _later(states: Sequence[Phase], starts: Sequence[int]) -> tuple[Phase, ...]:
    """The phases after the first; stretches in which nothing moves are one."""
    moves = [(1, states[0])]
    for state, start in zip(states[1:], starts[1:], strict=True):
        if _moves(moves[-1][1], state):
            moves.append((start, state))
    ends = [*(start for start, _ in moves[1:]), None]
    return tuple(
        [
            replace(state, from_period=start, periods=None if end is None else end - start)
            for (start, state), end in zip(moves[1:], ends[1:], strict=True)
        ]
    )


def _moves(before: Phase, after: Phase) -> bool:
    """Whether there is more to it than that the end of an alteration is nearer."""
    if (before.gross, before.net, before.list_amount, before.taxes) != (
        after.gross,
        after.net,
        after.list_amount,
        after.taxes,
    ):
        return True
    ours, theirs = before.alterations, after.alterations
    return len(ours) != len(theirs) or any(
        (one.amount, one.source, one.id, one.type, one.priority)
        != (other.amount, other.source, other.id, other.type, other.priority)
        for one, other in zip(ours, theirs, strict=True)
    )


def _phase_of_row(row: Row) -> Phase:
    return Phase(1, None, row.list_amount, row.net, row.tax_lines, row.gross, row.alterations)


def _phase_of_total(total: Total) -> Phase:
    return Phase(1, None, total.list_amount, total.net, total.taxes, total.gross, total.alterations)


def _add_what_applies_later(first: Worksheet, others: Sequence[Worksheet]) -> None:
    applied = {each.promotion_id for sheet in others for each in sheet.verdicts if each.reason is None}
    first.verdicts = [Verdict(each.promotion_id) if each.promotion_id in applied else each for each in first.verdicts]
    for sheet in others:
        first.redeemed |= {code: None for code, reason in sheet.redeemed.items() if reason is None}
