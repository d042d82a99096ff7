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
