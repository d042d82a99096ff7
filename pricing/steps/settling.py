"""What was paid once: in later periods it counts where amounts are counted, and nothing moves it any more."""

from collections.abc import Iterator

from pricing.sheet.worksheet import Row, Worksheet


def settle_one_time(sheet: Worksheet) -> None:
    """Give what doesn't recur the amounts that it had in the first period, on a sheet of later ones."""
    if sheet.paid is None:
        return
    paid = {(row.item_id, row.point.id): row for row in _paid_once(sheet.paid)}
    if paid:
        for row in _paid_once(sheet):
            before = paid.get((row.item_id, row.point.id))
            if before is not None:
                row.amount, row.alterations, row.settled = before.amount, before.alterations, True


def _paid_once(sheet: Worksheet) -> Iterator[Row]:
    for line in sheet.lines:
        for row in line.rows:
            if row.point.type != "recurring":
                yield row
