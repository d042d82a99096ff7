"""Whether the row of a price's point is another one by now, as amounts show that it can't have led to before.

Rows that were there before are not kept, so only some changes of them show: that a price contains its tax, is billed
when its period ends, or must not fall below a minimum that is higher than before.
"""

from facts.snapshot import Facts
from models.cart.cart import Item
from models.cart.price import Phase, Price
from models.cart.sources import VOUCHER
from models.catalog.price_point import PricePoint
from pricing.causes.comparing import amounts
from pricing.causes.meanwhile import PRICES, TABLES
from pricing.sheet.shown import contains_tax


def shows_another_row(old: Item, prices: tuple[Price, Price], phases: tuple[Price | Phase, ...], facts: Facts) -> bool:
    """Whether a price of a line, before and after, can't have come from the same row; its phases are what moved."""
    before, after = prices
    if phases == prices and before.tax and after.tax and contains_tax(before, facts) != contains_tax(after, facts):
        return True  # of an amount without taxes nothing is known
    then, now = phases
    if (then.net, then.gross) == (now.net, now.gross):
        return False
    return (before.arrears != after.arrears and _of_vouchers(then) != _of_vouchers(now)) or (
        not old.is_gift and after.basis is None and _is_below_minimum(then, facts.table(PRICES).get(after.id), old)
    )


def _of_vouchers(priced: Price | Phase) -> dict[tuple[str, str], int]:
    """What vouchers take off; they look at when a price is billed."""
    return {altered: amount for altered, amount in amounts(priced.alterations).items() if altered[0] == VOUCHER}


def _is_below_minimum(then: Price | Phase, point: PricePoint | None, old: Item) -> bool:
    """Whether a promotion or voucher left less of a price than its point lets them now."""
    if point is None or point.minimum_price is None:
        return False
    left, least = then.list_amount, point.least(old.quantity)
    for each in then.alterations:
        left += each.amount
        if each.source in TABLES and each.amount < 0 and left < least:
            return True
    return False
