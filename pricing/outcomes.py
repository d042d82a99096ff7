"""What a promotion or a voucher took off, added up over a filled sheet."""

from cartwright.models.cart import Discount
from cartwright.pricing.price_index import listing_order
from cartwright.pricing.worksheet import TotalKey, Worksheet


def discounts_by(source: str, source_id: str, sheet: Worksheet) -> tuple[Discount, ...]:
    """The reductions that come from one source, one per price type and period, one-time first."""
    taken: dict[TotalKey, int] = {}
    for line in sheet.lines:
        for row in line.rows:
            for each in row.alterations:
                if each.source == source and each.id == source_id:
                    key = (row.point.type, row.point.period)
                    taken[key] = taken.get(key, 0) - each.amount
    return tuple(Discount(*key, taken[key]) for key in sorted(taken, key=listing_order))
