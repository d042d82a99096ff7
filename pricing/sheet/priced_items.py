"""Line items with the prices of a filled sheet; a price that did not change stays the object that it was."""

from itertools import repeat

from cartwright.wire.policy import PriorPrices
from models.cart.cart import Item
from models.cart.price import Price, TaxLine
from pricing.sheet.rows import Line, Row
from pricing.sheet.worksheet import Worksheet


def priced_items(sheet: Worksheet) -> tuple[Item, ...]:
    """The items of all lines, those that promotions added last."""
    shown = sheet.policy.prior_prices is PriorPrices.SHOWN
    return tuple([_priced(line, shown) for line in sheet.lines])


def _priced(line: Line, shown: bool) -> Item:
    """The item; its prices show prior prices, or not."""
    item, rows = line.item, line.rows
    if line.kept is not None:
        return item
    if len(item.prices) == len(rows) and all(map(_is, item.prices, rows, repeat(shown))):
        return item
    return item.at(tuple([_price(row, shown) for row in rows]))


def _is(old: Price, row: Row, shown: bool) -> bool:
    """Whether a row came out as the price that was there before."""
    return (
        old.gross == row.gross
        and old.net == row.net
        and old.list_amount == row.list_amount
        and old.id == row.point_id
        and old.unit_amount == row.unit_amount
        and old.alterations == row.alterations
        and old.type == row.type
        and old.period == row.period
        and old.unit == row.point.unit
        and old.arrears == row.point.is_arrears
        and old.relationships == row.point.price_relationships
        and old.kept == (None if row.keeping is None else row.keeping.price)
        and old.basis == row.basis
        and old.later == row.later
        and old.prior == (row.prior if shown else None)
        and _are(old.taxes, row)
    )


def _are(old: tuple[TaxLine, ...], row: Row) -> bool:
    if len(old) != len(row.taxes):
        return False
    for line, tax, amount in zip(old, row.taxation.taxes, row.taxes, strict=True):
        if line.amount != amount or line.id != tax.id or line.rate != tax.rate:
            return False
    return True


def _price(row: Row, shown: bool) -> Price:
    point = row.point
    return Price(
        id=point.id,
        type=point.type,
        period=point.period,
        unit_amount=row.unit_amount,
        list_amount=row.list_amount,
        alterations=row.alterations,
        net=row.net,
        taxes=row.tax_lines,
        gross=row.gross,
        unit=point.unit,
        arrears=point.is_arrears,
        relationships=point.price_relationships,
        kept=row.kept_price,
        basis=row.basis,
        later=row.later,
        prior=row.prior if shown else None,
    )
