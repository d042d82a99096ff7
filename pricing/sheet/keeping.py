"""Lines that keep the amounts that they have: they count in conditions and totals, and no step changes them."""

from collections.abc import Iterable, Sequence

from cartwright.wire.refusals import ErrorCode, Refusal
from models.cart.price import Phase, Price, stated
from models.catalog.price_point import PricePoint
from pricing.sheet.rows import Line, Part, Row
from pricing.sheet.shown import contains_tax, proration_of, taxation_shown
from pricing.sheet.stretches import Calendar
from pricing.sheet.worksheet import Worksheet

_POINT = PricePoint.model_construct(id="", offering_id="", type="one-time", currency="", amount="0")
"""A row to copy: built anew, its empty lists would take a millisecond (decision 9)."""


GONE = {ErrorCode.OFFERING_NOT_FOUND: ErrorCode.OFFERING_NOT_AVAILABLE}
"""What the warning says of an offering that nobody asks for, and that is no longer there."""


class LinesRefused(Refusal):
    """Lines that can't be priced though the command touches them: a refusal of `each`; the first one's code counts."""

    def __init__(self, each: Sequence[Refusal]) -> None:
        first = each[0]
        super().__init__(first.code, first.message, details=first.details)
        self.each = tuple(each)


def lose(line: Line, sheet: Worksheet, code: ErrorCode, message: str) -> Refusal | None:
    """Let a line that can't be priced keep its amounts, with a warning; if the command touches it, the refusal."""
    item = line.item
    if sheet.touches(item.id):
        details = {"itemId": item.id, "offeringId": item.offering_id, "currency": sheet.currency}
        return Refusal(code, message, details=details)
    keep(line, sheet)
    sheet.warn(GONE.get(code, code).value, message, item.id)
    return None


def keep(line: Line, sheet: Worksheet) -> None:
    """Let a line keep its amounts."""
    line.rows = []
    line.kept = tuple([_row(line, price, sheet) for price in line.item.prices])
    sheet.kept.append(line)


def kept_reduction(lines: Iterable[Line], source: str, source_id: str, kind: str | None = None) -> Part:
    """What a promotion or voucher has taken off what these lines keep and what is paid in the sheet's periods.

    With a kind, only what was reckoned so; an older build did not say how.
    """
    return [
        (row, -each.amount)
        for line in lines
        for row in line.kept or ()
        if not row.settled
        for each in row.alterations
        if each.source == source and each.id == source_id and (kind is None or each.type in (kind, None))
    ]


def kept_ids(lines: Sequence[Line], source: str) -> set[str]:
    """The promotions or vouchers that have taken something off the amounts that these lines keep."""
    return {each.id for line in lines for row in line.kept or () for each in row.alterations if each.source == source}


def _row(line: Line, price: Price, sheet: Worksheet) -> Row:
    item, phase = line.item, _phase(price, sheet.calendar)
    is_prorated, anchor_month = proration_of(price, sheet.facts)
    point = _POINT.model_copy(
        update={
            "id": price.id,
            "offering_id": item.offering_id or "",
            "type": price.type,
            "period": price.period,
            "unit": price.unit,
            "currency": sheet.currency,
            "amount": price.unit_amount,
            "tax_included": bool(phase.taxes) and contains_tax(price, sheet.facts),
            "is_prorated": is_prorated,
            "anchor_month": anchor_month,
            "is_arrears": price.arrears,
        }
    )
    return Row(
        item_id=item.id,
        point=point,
        quantity=item.quantity,
        point_id=price.id,
        type=price.type,
        period=price.period,
        tax_included=point.tax_included,
        unit_amount=price.unit_amount,
        list_amount=phase.list_amount,
        amount=stated(phase),
        alterations=phase.alterations,
        taxation=taxation_shown(price, line, sheet),
        net=phase.net,
        taxes=tuple([tax.amount for tax in phase.taxes]),
        gross=phase.gross,
        closed=True,
        kept=True,
        settled=price.type != "recurring" and sheet.calendar.first > 1,
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
