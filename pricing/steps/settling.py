"""What was paid once: in later periods it counts where amounts are counted, and nothing moves it any more."""

from collections.abc import Iterable, Iterator

from pricing.sheet.rows import Line, Row
from pricing.sheet.worksheet import Worksheet


def settle_one_time(sheet: Worksheet) -> None:
    """Give what doesn't recur the amounts that it had in the first period, on a sheet of later ones."""
    if sheet.paid is not None:
        _settle(sheet.lines, sheet.paid.lines)


def added_before(lines: Iterable[Line], sheet: Worksheet) -> list[Line]:
    """Of lines that a promotion adds those that the first sheet has too, settled on a sheet of later periods."""
    if sheet.paid is None:
        return list(lines)
    known = {line.item.id: line for line in sheet.paid.lines}
    added = [line for line in lines if line.item.id in known]
    _settle(added, [known[line.item.id] for line in added])
    return added


def _settle(lines: Iterable[Line], before: Iterable[Line]) -> None:
    paid = {(row.item_id, row.point_id): row for row in _paid_once(before)}
    for row in _paid_once(lines):
        known = paid.get((row.item_id, row.point_id))
        if known is not None:  # or else its line kept its amounts for want of a tax, as it will on this sheet
            row.amount, row.alterations, row.runs, row.settled = known.amount, known.alterations, known.runs, True


def _paid_once(lines: Iterable[Line]) -> Iterator[Row]:
    for line in lines:
        for row in line.rows:
            if row.type != "recurring":
                yield row
