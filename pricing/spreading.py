"""A line's amount as its units see it."""


def unit_amounts(amount: int, quantity: int) -> tuple[tuple[int, int], ...]:
    """An amount spread over units as evenly as whole minor units allow: (amount of one, how many) pairs.

    The units that bear the odd minor unit come first, as in `allocate` with equal weights. Raises
    `ValueError` unless the quantity is positive.
    """
    if quantity < 1:
        raise ValueError("There is no unit to spread an amount over.")
    if amount % quantity == 0:  # by far the most frequent
        return ((amount // quantity, quantity),)
    sign = -1 if amount < 0 else 1
    each, odd = divmod(abs(amount), quantity)
    return (sign * (each + 1), odd), (sign * each, quantity - odd)


def first_units(units: tuple[tuple[int, int], ...], most: int) -> tuple[tuple[int, int], ...]:
    """At most so many of a line's units, as (amount of one, how many) pairs like those that are given."""
    first: list[tuple[int, int]] = []
    for of_one, count in units:
        counted = min(count, most - sum(taken for _, taken in first))
        if counted > 0:
            first.append((of_one, counted))
    return tuple(first)
