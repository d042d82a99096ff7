"""What was paid once: in later periods it counts where amounts are counted, and nothing moves it any more."""

from pricing.sheet.worksheet import Worksheet


def settle_one_time(sheet: Worksheet) -> None:
    """Give what doesn't recur the amounts that it had in the first period, on a sheet of later ones."""
    if sheet.paid is None:
        return
    paid = {(row.item_id, row.point.id): row for line in sheet.paid.lines for row in line.rows}
    for line in sheet.lines:
        for row in line.rows:
            before = paid.get((row.item_id, row.point.id))
            if row.point.type != "recurring" and before is not None:
                row.amount, row.alterations, row.settled = before.amount, before.alterations, True
