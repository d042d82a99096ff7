"""Choosing price points: of all that match the circumstances, the most specific one per price type and period."""

from cartwright.wire.lines import Action
from cartwright.wire.refusals import ErrorCode, Refusal
from facts.availability import unavailable
from facts.validity import valid_at
from models.cart.cart import Item
from models.catalog.offering import Offering
from models.catalog.price_point import PricePoint
from pricing.sheet.keeping import LinesRefused, keep, lose
from pricing.sheet.rows import Line, Row
from pricing.sheet.tariffs import at_tariff, tariff_of, with_tax_or_without
from pricing.sheet.worksheet import Worksheet
from pricing.steps.taxing import taxation_of

PRICED_ACTIONS: frozenset[Action] = frozenset({"add", "modify", "swap"})
"""Actions that sell something; what is kept or given up costs nothing new (002, 004)."""


def choose_prices(sheet: Worksheet) -> None:
    """Give every sold line its rows; one that can't be had now, or has no price here, keeps its amounts.

    If the command touches such lines, it raises `offering-not-available`, `price-not-found`, or, for an offering that
    is not in the catalog at all, as of an earlier time perhaps, `offering-not-found`; with all of these lines.
    """
    refused = [found for line in sheet.lines if (found := choose_rows(line, sheet)) is not None]
    if refused:
        raise LinesRefused(refused)


def choose_rows(line: Line, sheet: Worksheet) -> Refusal | None:
    """Give one line its rows, if it is sold; the refusal if the command touches it, and it can't be priced."""
    item, offering = line.item, line.offering
    if item.as_ordered:
        keep(line, sheet)
        return None
    if item.action not in PRICED_ACTIONS:
        return None
    if item.offering_id in sheet.facts.restricted and offering is not None:
        reason = unavailable(offering, sheet.cart.header, sheet.at)
        if reason is not None:
            return lose(line, sheet, ErrorCode.OFFERING_NOT_AVAILABLE, f"Offering {item.offering_id} {reason}.")
    if offering is not None:
        line.rows = matching_rows(line, offering, sheet)
        if not line.rows and not is_included(item, offering, sheet):
            message = f"Offering {item.offering_id} has no price in {sheet.currency} for this cart."
            return lose(line, sheet, ErrorCode.PRICE_NOT_FOUND, message)
    elif item.offering_id is not None:
        message = f"The catalog has no offering {item.offering_id} at this time."
        return lose(line, sheet, ErrorCode.OFFERING_NOT_FOUND, message)
    return None


def matching(line: Line, offering: Offering, sheet: Worksheet) -> list[PricePoint]:
    """The price points that apply to one line, one per type and period, in listing order."""
    found = points_in(sheet.currency, line, offering, sheet)
    if len(found) == 1:
        return found
    replaced = {point_id for point in found for point_id in point.replaces}
    return [point for point in found if point.id not in replaced] if replaced else found


def matching_rows(line: Line, offering: Offering, sheet: Worksheet) -> list[Row]:
    """A row for each price point that applies to one line."""
    rows = [Row.of(line.item.id, point, line.item.quantity) for point in matching(line, offering, sheet)]
    for row in rows:
        if row.point.replaces:
            row.replaced = replaced_by(row.point, line, sheet)
    return rows


def replaced_by(point: PricePoint, line: Line, sheet: Worksheet) -> tuple[PricePoint, ...]:
    """The points that apply to a line as well, and whose place this one takes; with tax or without, as it is stated."""
    known = [each for group in sheet.facts.prices_of.get(point.offering_id, ()) for each in group]
    meant = [each for each in known if each.id in point.replaces and _kind(each) == _kind(point)]
    return tuple([_stated_as(point, each, line, sheet) for each in meant if _applies(each, line, sheet)])


def _stated_as(one: PricePoint, other: PricePoint, line: Line, sheet: Worksheet) -> PricePoint:
    """The other point, with tax or without as the one is stated."""
    if other.tax_included == one.tax_included:
        return other
    rates = taxation_of(line, sheet).rates
    return at_tariff(other, with_tax_or_without(tariff_of(other), one.tax_included, rates))


def _kind(point: PricePoint) -> tuple[str, ...]:
    return point.type, point.period or "", point.currency


def points_in(currency: str, line: Line, offering: Offering, sheet: Worksheet) -> list[PricePoint]:
    """The price points of one currency that apply to one line, also those whose place another takes."""
    found = []
    for group in sheet.facts.prices_of.get(offering.id, ()):
        if group[0].currency == currency:
            for point in group:  # the most specific comes first
                if _applies(point, line, sheet):
                    found.append(point)
                    break
    return found


def _applies(point: PricePoint, line: Line, sheet: Worksheet) -> bool:
    """Whether it is for the line's circumstances, and at this time."""
    return (not point.criteria or point.criteria <= sheet.circumstances_of(line)) and (
        point.valid_for is None or valid_at(point.valid_for, sheet.at)
    )


def is_included(item: Item, offering: Offering, sheet: Worksheet) -> bool:
    """Whether others' prices include it: a bundle, or what hangs on another line, if its offering has no price at all.

    One whose offering has prices, only not for this cart, or that had one itself, has lost it.
    """
    return (
        (bool(offering.bundle) or item.parent_id is not None)
        and offering.id not in sheet.facts.prices_of
        and (not item.prices or item.id in sheet.touched.exchanged)
    )
