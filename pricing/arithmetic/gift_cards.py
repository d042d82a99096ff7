"""Paying with money that is already there: it lowers what is due, never the price."""

from dataclasses import dataclass

from cartwright.wire.policy import Rounding
from models.money.rounding import divide


@dataclass(frozen=True, slots=True)
class Due:
    """What stays to be paid, in minor units."""

    net: int
    gross: int


def after_gift_card(net: int, gross: int, balance: int, rounding: Rounding = Rounding.HALF_UP) -> Due:
    """What is due once a balance is used, its net part in the cart's own proportion (Saleor, gift cards).

    Never below zero: the rest of the balance stays on the card.
    """
    if gross <= 0:
        return Due(net, gross)
    left = max(gross - balance, 0)
    return Due(divide(net * left, gross, rounding), left)
