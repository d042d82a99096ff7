"""Phases: the sheets of all stretches put together, so that the first one says what every period costs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

from models.cart.price import Alteration, Phase
from models.cart.pricing_result import Total
from pricing.sheet.rows import Row, TotalKey
from pricing.sheet.worksheet import Verdict, Worksheet
from pricing.steps.totals import total_of

State = TypeVar("State", Row, Total)
"""What a price or a total is in one stretch; its taxes are the same ones in all of them."""


def join_phases(sheets: Sequence[Worksheet]) -> None:
    """Give the recurring prices and totals of the first sheet their later phases, and say what applies in any of them.

    A line that a promotion adds in the first period stays as the last sheet has it that knows it; lines that would be
    added later are not.
    """
    first, starts = sheets[0], [sheet.calendar.first for sheet in sheets]
    recurring = [
        {(row.item_id, row.point_id): row for key, rows in sheet.groups.items() if _recurs(key) for row in rows}
        for sheet in sheets[1:]
    ]
    totals = []
    for total in first.result.totals:
        key = total.type, total.period
        if _recurs(key):
            states = list(_states(first.groups[key], recurring))
            for course in zip(*states, strict=True):
                course[0].later = _later(course, starts, _phase_of_row)
            sums = [total, *(_sum(key, rows, sheet) for rows, sheet in zip(states[1:], sheets[1:], strict=True))]
            totals.append(replace(total, later=_later(sums, starts, _phase_of_total)))
        else:
            totals.append(total)
    first.result.totals = tuple(totals)
    _add_what_applies_later(first, sheets[1:])


def _recurs(key: TotalKey) -> bool:
    return key[0] == "recurring"


def _states(rows: list[Row], recurring: Sequence[dict[tuple[str, str], Row]]) -> Iterator[list[Row]]:
    """What rows of the first sheet are in each of the sheets."""
    yield rows
    for known in recurring:
        rows = [known.get((row.item_id, row.point_id), row) for row in rows]
        yield rows


def _sum(key: TotalKey, rows: list[Row], sheet: Worksheet) -> Total:
    """The sum of these rows: the sheet's own, unless some of them are not in it."""
    if set(map(id, rows)) == set(map(id, sheet.groups.get(key, ()))):
        return next(total for total in sheet.result.totals if (total.type, total.period) == key)
    return total_of(key, rows)


def _later(
    course: Sequence[State], starts: Sequence[int], phase: Callable[[State, int, int | None], Phase]
) -> tuple[Phase, ...]:
    """The phases after the first; stretches in which nothing moves are one."""
    moves: list[tuple[int, State]] = []
    last = course[0]
    for state, start in zip(course[1:], starts[1:], strict=True):
        if _moves(last, state):
            moves.append((start, state))
            last = state
    lengths: list[int] = [end - start for (start, _), (end, _) in pairwise(moves)]
    return tuple([phase(state, start, many) for (start, state), many in zip(moves, [*lengths, None], strict=False)])


def _moves(before: State, after: State) -> bool:
    """Whether there is more to it than that the end of an alteration is nearer."""
    return (
        before.gross != after.gross
        or before.net != after.net
        or before.list_amount != after.list_amount
        or before.taxes != after.taxes
        or _altered_otherwise(before.alterations, after.alterations)
    )


def _altered_otherwise(ours: Sequence[Alteration], theirs: Sequence[Alteration]) -> bool:
    return len(ours) != len(theirs) or any(
        (one.amount, one.source, one.id, one.type, one.priority)
        != (other.amount, other.source, other.id, other.type, other.priority)
        for one, other in zip(ours, theirs, strict=True)
    )


def _phase_of_row(row: Row, start: int, periods: int | None) -> Phase:
    return Phase(start, periods, row.list_amount, row.net, row.tax_lines, row.gross, row.alterations)


def _phase_of_total(total: Total, start: int, periods: int | None) -> Phase:
    return Phase(start, periods, total.list_amount, total.net, total.taxes, total.gross, total.alterations)


def _add_what_applies_later(first: Worksheet, others: Sequence[Worksheet]) -> None:
    applied = {each.promotion_id for sheet in others for each in sheet.verdicts if each.reason is None}
    first.verdicts = [Verdict(each.promotion_id) if each.promotion_id in applied else each for each in first.verdicts]
    for sheet in others:
        first.redeemed |= {code: None for code, reason in sheet.redeemed.items() if reason is None}
