"""Lines that keep the amounts that they have: they count in conditions and totals, and no step changes them."""

from collections.abc import Iterable, Sequence

from cartwright.wire.refusals import ErrorCode, Refusal
from models.cart.cart import Item
from models.cart.price import Phase, Price
from models.catalog.price_point import PricePoint
from models.catalog.tax import Tax
from models.changes.change import EVERYTHING, Change
from models.changes.item_changes import ItemAdded, ItemChanged, QuantityChanged
from models.changes.override_changes import OverrideWithdrawn, PriceOverridden
from models.money.rates import parse_percent
from pricing.arithmetic.tax import Rates
from pricing.sheet.rows import Line, Row, Taxation
from pricing.sheet.stretches import Calendar
from pricing.sheet.worksheet import Worksheet

WHERE = frozenset(
    f"header:{name}" for name in ("country", "currency", "forcedCurrency", "channel", "place", "marketSegment")
)
"""What a cart's prices depend on as a whole: whoever changes one of these touches every line."""
_POINT = PricePoint.model_construct(id="", offering_id="", type="one-time", currency="", amount="0")
_TAX = Tax.model_construct(id="", country="", category="", rate="0")
"""Rows to copy: built anew, the empty lists of each would take a millisecond (decision 9)."""


GONE = {ErrorCode.OFFERING_NOT_FOUND: ErrorCode.OFFERING_NOT_AVAILABLE}
"""What the warning says of an offering that nobody asks for, and that is no longer there."""


def lose(line: Line, sheet: Worksheet, code: ErrorCode, message: str) -> None:
    """Let a line keep its amounts, with a warning, because it can't be priced; raise if the command touches it."""
    item = line.item
    if touches(sheet.changes, item.id):
        details = {"itemId": item.id, "offeringId": item.offering_id, "currency": sheet.cart.currency}
        raise Refusal(code, message, details=details)
    keep(line, sheet)
    sheet.warn(GONE.get(code, code).value, message, item.id)


def keep(line: Line, sheet: Worksheet) -> None:
    """Let a line keep its amounts."""
    line.rows = []
    line.kept = tuple([_row(line.item, price, sheet) for price in line.item.prices])
    sheet.kept.append(line)


def touches(changes: Iterable[Change], item_id: str) -> bool:
    """Whether the changes are about this line, or about what the prices of all lines depend on."""
    for each in changes:
        if isinstance(each, ItemAdded | ItemChanged | QuantityChanged | PriceOverridden | OverrideWithdrawn):
            if each.item_id == item_id:
                return True
        elif not WHERE.isdisjoint(names := each.touches()) or EVERYTHING in names:
            return True
    return False


def kept_reduction(lines: Iterable[Line], source: str, source_id: str) -> int:
    """What a promotion or voucher has taken off the amounts that these lines keep."""
    return -sum(
        each.amount
        for line in lines
        for row in line.kept or ()
        for each in row.alterations
        if each.source == source and each.id == source_id
    )


def kept_ids(lines: Sequence[Line], source: str) -> set[str]:
    """The promotions or vouchers that have taken something off the amounts that these lines keep."""
    return {each.id for line in lines for row in line.kept or () for each in row.alterations if each.source == source}


def _row(item: Item, price: Price, sheet: Worksheet) -> Row:
    phase = _phase(price, sheet.calendar)
    amount = phase.list_amount + sum([each.amount for each in phase.alterations])
    point = _POINT.model_copy(
        update={
            "id": price.id,
            "offering_id": item.offering_id or "",
            "type": price.type,
            "period": price.period,
            "unit": price.unit,
            "currency": sheet.cart.currency,
            "amount": price.unit_amount,
            "tax_included": bool(phase.taxes) and amount == phase.gross,
            "is_arrears": price.arrears,
        }
    )
    taxes = tuple([_TAX.model_copy(update={"id": tax.id, "rate": tax.rate}) for tax in price.taxes])
    return Row(
        item_id=item.id,
        point=point,
        quantity=item.quantity,
        unit_amount=price.unit_amount,
        list_amount=phase.list_amount,
        amount=amount,
        alterations=phase.alterations,
        taxation=Taxation(taxes, Rates(tuple([parse_percent(tax.rate) for tax in price.taxes]))),
        net=phase.net,
        taxes=tuple([tax.amount for tax in phase.taxes]),
        gross=phase.gross,
        closed=True,
        kept=True,
    )


def _phase(price: Price, calendar: Calendar) -> Phase | Price:
    """What a price was in the periods of a stretch, which ends where another of its phases begins."""
    found: Phase | Price = price
    for phase in price.later:
        if phase.from_period > calendar.first:
            calendar.turn_at(phase.from_period)
            break
        found = phase
    return found
