"""Adjustments: money that was there before (gift card, wallet, down payment); it lowers what is payable now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from models.cart.fields import UNLESS_EMPTY, Named, OwnMoney

DOWN_PAYMENT = "down-payment"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One sum of money, in minor units; `reference` is the card, wallet or voucher that it comes from.

    A down payment may be for one line item. `name` and `attributes` are kept as sent.
    """

    id: str
    kind: str
    amount: OwnMoney
    currency: str
    reference: str | None = None
    item_id: Annotated[str | None, Named(stored="item_id")] = None
    name: Annotated[str | None, UNLESS_EMPTY] = None
    attributes: Annotated[Mapping[str, str], UNLESS_EMPTY] = field(default_factory=dict)


def used_amounts(adjustments: Iterable[Adjustment], due: int, currency: str) -> list[int]:
    """How much of each is used for what is due, first come first; never more than there is, or than is due.

    Money of another currency than the cart's is not used.
    """
    left = max(due, 0)
    used = []
    for each in adjustments:
        used.append(min(each.amount, left) if each.currency == currency else 0)
        left -= used[-1]
    return used
