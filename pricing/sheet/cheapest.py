"""Units in the order of their prices."""

from collections.abc import Iterator, Sequence

from pricing.arithmetic.spreading import unit_amounts
from pricing.sheet.counting import counting_of
from pricing.sheet.worksheet import Row, Worksheet


def cheapest_units(rows: Sequence[Row], skip: int, count: int, sheet: Worksheet) -> Iterator[tuple[Row, int, int]]:
    """Of all units of these rows, `count` of the cheapest after the first `skip`: (row, price of one, how many).

    Between equal prices the order of the rows decides.
    """
    runs = [(unit, row, units) for row in rows for unit, units in unit_amounts(row.amount, row.quantity)]
    counting = counting_of(sheet)
    for unit, row, units in sorted(runs, key=lambda run: counting.of(run[1], run[0])):
        passed = min(skip, units)
        taken = min(count, units - passed)
        skip, count = skip - passed, count - taken
        if taken:
            yield row, unit, taken
