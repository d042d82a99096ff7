"""Splitting an amount of money so that the parts sum to it exactly.

Amounts are integer minor units and may be negative; weights are zero or more. Three customs decide who
gets the units that proportion leaves over; each is named after what it does, with the engine it is from.
"""

from collections.abc import Sequence
from operator import gt

from cartwright.wire.policy import Remainder, Rounding
from models.money.rounding import divide


def allocate(weights: Sequence[int], amount: int, remainder: Remainder = Remainder.LARGEST) -> list[int]:
    """Shares of `amount` in proportion to `weights`; they sum to it and none has the opposite sign.

    Weights that are all zero count as equal. Raises `ValueError` for a negative weight, and for an amount
    that has nobody to go to.
    """
    if not weights:
        if amount:
            raise ValueError("There is nobody to give a share to.")
        return []
    if min(weights) < 0:
        raise ValueError("A weight can't be negative.")
    effective = weights if any(weights) else [1] * len(weights)
    match remainder:
        case Remainder.FIRST:
            return _rounded_then_first(effective, amount)
        case Remainder.LARGEST_ERROR_OF_FLOOR:
            return _floored_then_largest(effective, amount)
        case Remainder.LARGEST:
            shares = _floored_then_largest(effective, abs(amount))
            return shares if amount >= 0 else [-share for share in shares]


def allocate_within(
    weights: Sequence[int], amount: int, limits: Sequence[int], remainder: Remainder = Remainder.LARGEST
) -> list[int]:
    """Like `allocate`, but no share is larger in magnitude than its limit.

    What one can't take goes to the others in proportion to their weights, until all are full (Sylius,
    MinimumPriceDistributor). The shares sum to `amount` or, where that is less, to the sum of the limits;
    a negative limit counts as zero.
    """
    sign = -1 if amount < 0 else 1
    taken = [0] * len(weights)
    left = abs(amount)
    takers = list(range(len(weights)))
    while left and takers:
        everybody = len(takers) == len(weights)
        proposed = allocate(weights if everybody else [weights[i] for i in takers], sign * left, remainder)
        if everybody and not any(map(gt, map(abs, proposed), limits)):
            return proposed  # by far the most frequent
        for i, share in zip(takers, proposed, strict=True):
            part = min(abs(share), max(limits[i], 0) - taken[i])
            taken[i] += part
            left -= part
        takers = [i for i in takers if taken[i] < limits[i]]
    return [sign * part for part in taken]


def _floored_then_largest(weights: Sequence[int], amount: int) -> list[int]:
    total = sum(weights)
    parts = [divmod(amount * weight, total) for weight in weights]
    shares = [floor for floor, _ in parts]
    by_error = sorted(range(len(parts)), key=lambda i: -parts[i][1])
    for i in by_error[: amount - sum(shares)]:
        shares[i] += 1
    return shares


def _rounded_then_first(weights: Sequence[int], amount: int) -> list[int]:
    total = sum(weights)
    shares = [divide(amount * weight, total, Rounding.HALF_DOWN) for weight in weights]
    missing = amount - sum(shares)
    unit = 1 if missing > 0 else -1
    # Somebody without a weight gets nothing, and taking back stops at zero.
    giving = (missing > 0) == (amount > 0)
    takers = [i for i, weight in enumerate(weights) if weight and (giving or shares[i])]
    for i in takers[: abs(missing)]:
        shares[i] += unit
    return shares
