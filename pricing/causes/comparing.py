"""What differs between two states of a price: its alterations, as parts of what they are taken off, and its taxes."""

from collections.abc import Iterable, Sequence

from models.cart.price import Alteration, Phase, Price
from models.cart.pricing_result import Total
from models.cart.sources import PRORATION
from pricing.sheet.shown import comes_to_something

PERCENT, FIXED = "percent", "fixed"
"""How alterations are reckoned that do not count units."""
OF_AMOUNTS = frozenset({FIXED, PRORATION})
"""How those are that take an amount off, or all that there is if that is less; the latter are credits."""
Altered = tuple[str, str]
"""An alteration by its source and id."""
PRORATED: Altered = PRORATION, ""
"""A price is prorated once, whatever its point."""
State = Price | Phase | Total
"""A price or a total, or what it is from a period on."""


def amounts(alterations: Iterable[Alteration]) -> dict[Altered, int]:
    """How much each alters the price by, in minor units; one may do so by several benefits."""
    found: dict[Altered, int] = {}
    for each in alterations:
        name = PRORATED if each.source == PRORATION else (each.source, each.id)
        found[name] = found.get(name, 0) + each.amount
    return found


def is_same_part(altered: Altered, then: State, now: State) -> bool:
    """Whether an alteration is the same part of another amount, or leaves the same rest of it.

    An amount that is taken off may be limited by what there is.
    """
    (whole, part, kind), (new_whole, new_part, new_kind) = taken(altered, then), taken(altered, now)
    if kind != new_kind or whole == new_whole:
        return False
    rest, new_rest = whole + part, new_whole + new_part
    limited = kind in OF_AMOUNTS and not (rest and new_rest)
    return limited or rest == new_rest or in_proportion(part, whole, new_part, new_whole)


def moves_whole(altered: Altered, before: Sequence[State], after: Sequence[State]) -> bool:
    """Whether an alteration takes another amount off all totals, and not just the same part of other list prices."""
    (whole, part), (new_whole, new_part) = (
        (sum([each.list_amount for each in totals]), sum([taken(altered, each)[1] for each in totals]))
        for totals in (before, after)
    )
    return part != new_part and (whole == new_whole or not in_proportion(part, whole, new_part, new_whole))


def in_proportion(part: int, whole: int, new_part: int, new_whole: int) -> bool:
    """Whether two amounts that were rounded may be the same part of two others: within a minor unit each."""
    return abs(new_part * whole - part * new_whole) <= abs(whole) + abs(new_whole)


def kind_of(altered: Altered, priced: State) -> str | None:
    """How an alteration is reckoned, if it is there."""
    return taken(altered, priced)[2]


def taken(altered: Altered, priced: State) -> tuple[int, int, str | None]:
    """What an alteration is taken off, its amount, and how it is reckoned."""
    left, part, kind = priced.list_amount, 0, None
    for each in priced.alterations:
        if altered == (each.source, each.id) or (altered == PRORATED and each.source == PRORATION):
            part += each.amount
            kind = each.type
        elif not part:
            left += each.amount
    return left, part, kind


def taxed_alike(before: Price | Phase, after: Price | Phase) -> bool:
    """Whether the same taxes are owed on both sides: a quick look, and nearly always enough."""
    if len(before.taxes) != len(after.taxes):
        return False
    for ours, theirs in zip(before.taxes, after.taxes, strict=True):
        if ours.id != theirs.id or ours.rate != theirs.rate or (not ours.amount) != (not theirs.amount):
            return False
    return True


def exempted(before: Price | Phase, after: Price | Phase, units: int) -> bool:
    """Whether a tax is owed on one side only, though there is enough on the other that it is not rounded to zero."""
    pairs = zip(before.taxes, after.taxes, strict=False)
    return any(
        (not ours.amount and theirs.amount and comes_to_something(ours, before.net, units))
        or (ours.amount and not theirs.amount and comes_to_something(theirs, after.net, units))
        for ours, theirs in pairs
    )


def levied_alike(tax: str, before: Price | Phase, after: Price | Phase, units: int) -> bool:
    """Whether a tax that is on both sides, at the same rate, may be the same part of both; rounded for so many units.

    It is another part where it has come to be on top of others, or no longer is.
    """
    ours, theirs = (next(each.amount for each in side.taxes if each.id == tax) for side in (before, after))
    return abs(theirs * before.net - ours * after.net) <= units * (abs(before.net) + abs(after.net))
