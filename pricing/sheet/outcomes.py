"""What promotions or vouchers took off, added up over a filled sheet."""

from collections.abc import Mapping

from facts.price_index import listing_order
from models.cart.pricing_result import Discount
from pricing.sheet.worksheet import TotalKey, Worksheet


def discounts_by_id(source: str, sheet: Worksheet) -> Mapping[str, tuple[Discount, ...]]:
    """The reductions of each id of one source, one per price type and period, one-time first."""
    taken: dict[str, dict[TotalKey, int]] = {}
    for line in sheet.lines:
        for row in line.kept or line.rows:
            key = (row.point.type, row.point.period)
            for each in row.alterations:
                if each.source == source:
                    of_one = taken.setdefault(each.id, {})
                    of_one[key] = of_one.get(key, 0) - each.amount
    return {
        source_id: tuple(Discount(*key, amounts[key]) for key in sorted(amounts, key=listing_order))
        for source_id, amounts in taken.items()
    }
