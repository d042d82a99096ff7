"""A line's amount as its units see it."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from models.money.allocation import allocate, allocate_within


class Run(NamedTuple):
    """Units of a line that cost the same, as evenly as whole minor units allow: what they cost together, and how many.

    If it is fine, a unit costs a fraction of a minor unit by list, so that only the whole amount can be rounded.
    """

    amount: int
    units: int
    is_fine: bool = False


Runs = tuple[Run, ...]
"""The units of a line, where some of them cost more than others by more than an odd minor unit."""
OffRun = Callable[[int, int, bool], int]
"""What goes off a run, where units are reduced one by one: of its amount, its units, and whether it is fine."""


def moved(runs: Runs, change: int) -> Runs:
    """The runs after their line has moved by so many minor units, each of them in proportion to what it costs."""
    weights = [max(run.amount, 0) for run in runs]
    shares = allocate(weights, change) if change > 0 else allocate_within(weights, change, weights)
    return tuple([run._replace(amount=run.amount + share) for run, share in zip(runs, shares, strict=True)])


def uniform(runs: Iterable[Run]) -> Runs:
    """Runs of units that all cost the same, one for each amount; those that are rounded together stay as they are."""
    fine, found = list[Run](), dict[int, int]()
    for run in runs:
        if run.is_fine and run.units:
            fine.append(run)
        elif run.units:
            for each, many in unit_amounts(run.amount, run.units):
                found[each] = found.get(each, 0) + many
    return (*fine, *(Run(each * many, many) for each, many in found.items() if many))


def split(runs: Runs, units: Run, of: Run, discount: int) -> Runs | None:
    """The runs after a discount that some units of one of them bear alone; None if all units cost the same then.

    `of` is the run that has the units, one of those that `uniform` makes.
    """
    others = list(uniform(runs))
    others.remove(of)
    rest = Run(of.amount - units.amount, of.units - units.units, of.is_fine)
    found = uniform((*others, rest, units._replace(amount=units.amount - discount)))
    return found if len(found) > 1 else None


def lowered(runs: Runs, off: OffRun, discount: int) -> Runs:
    """The runs after a discount of which each bears its own part; or as much of that as the discount is."""
    parts = [off(*run) for run in runs]
    if sum(parts) != discount:
        parts = allocate_within(parts, discount, [run.amount for run in runs])
    return tuple([run._replace(amount=run.amount - part) for run, part in zip(runs, parts, strict=True)])


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
