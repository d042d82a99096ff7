"""List prices: unit price × quantity, or what the tiers say, rounded once."""

from cartwright.wire.money import MAX_AMOUNT
from cartwright.wire.policy import PricingPolicy
from cartwright.wire.refusals import ErrorCode, Refusal
from models.catalog.price_point import PricePoint
from pricing.sheet.first_periods import first_whole
from pricing.sheet.ramps import in_stretch
from pricing.sheet.rows import Row
from pricing.sheet.worksheet import Worksheet
from pricing.steps.tiers import exact_list_price, price_in_tiers, reach_tiers_together, runs_in_tiers, tier_amount


def take_list_prices(sheet: Worksheet) -> None:
    """Set every row's list price; raise `invalid` when an amount is beyond anything that can be meant."""
    shared = [row for line in sheet.lines for row in line.rows if row.point.tiers_over_lines or row.replaced]
    if shared:
        reach_tiers_together(shared, [row for line in sheet.kept for row in line.kept or ()])
    for line in sheet.lines:
        for row in line.rows:
            set_list_price(row, sheet)
            if row.amount > MAX_AMOUNT:
                refuse_beyond_meaning(row)


def refuse_beyond_meaning(row: Row) -> None:
    """Raise `invalid` for a price that can't be meant, and could not be stored."""
    if row.amount > MAX_AMOUNT:
        message = f"The price of item {row.item_id} is beyond the largest amount."
        raise Refusal(ErrorCode.INVALID, message, details={"itemId": row.item_id})


def set_list_price(row: Row, sheet: Worksheet) -> None:
    """Set what one row's whole quantity costs by list in the sheet's periods, its unit price, and if it is a sale's."""
    if row.point.ramps:
        row.take(_in_stretch(row.point, sheet))
    row.unit_amount, row.list_amount = list_price(row.point, row.quantity, sheet.policy)
    row.amount = row.list_amount
    if row.point.tiers:
        row.listed = row.runs = runs_in_tiers(row.point, row.quantity, sheet.policy.rounding)
    if row.replaced:
        row.on_sale = any(_costs_more(each, row, sheet) for each in row.replaced)


def _costs_more(point: PricePoint, row: Row, sheet: Worksheet) -> bool:
    """Whether a row's units would cost more at this point."""
    instead = _in_stretch(point, sheet) if point.ramps else point
    return exact_list_price(row.point, row.quantity) < exact_list_price(instead, row.quantity)


def _in_stretch(point: PricePoint, sheet: Worksheet) -> PricePoint:
    return in_stretch(point, sheet.calendar, first_whole(point, sheet))


def list_price(point: PricePoint, quantity: int, policy: PricingPolicy) -> tuple[str, int]:
    """The unit price of that many units by list, and what all of them cost in minor units."""
    if point.tiers:
        return tier_amount(point, quantity), price_in_tiers(point, quantity, policy.rounding)
    return point.amount, point.unit_price.times(quantity, policy.rounding)
