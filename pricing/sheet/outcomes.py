"""What promotions or vouchers took off, added up over a filled sheet."""

from collections.abc import Mapping

from models.cart.pricing_result import Discount
from pricing.sheet.rows import TotalKey
from pricing.sheet.worksheet import Worksheet


def discounts_by_id(source: str, sheet: Worksheet) -> Mapping[str, tuple[Discount, ...]]:
    """The reductions of each id of one source, one per price type and period, one-time first."""
    taken: dict[str, dict[TotalKey, int]] = {}
    for total in sheet.result.totals:
        key = total.type, total.period
        for each in total.alterations:
            if each.source == source:
                of_one = taken.setdefault(each.id, {})
                of_one[key] = of_one.get(key, 0) - each.amount
    return {
        source_id: tuple([Discount(*key, amount) for key, amount in amounts.items()])
        for source_id, amounts in taken.items()
    }
