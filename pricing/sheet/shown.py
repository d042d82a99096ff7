"""What a price shows of how it is stated, taxed and prorated: what else would be stated and taxed alike.

The amounts count first, for by now the catalog may be another than the price comes from. It says what they do not.
"""

from dataclasses import replace

from facts.snapshot import Facts
from models.cart.cart import Cart, Item
from models.cart.price import Price, TaxLine, all_phases, stated
from models.cart.sources import PRORATION
from models.catalog.price_point import PricePoint
from models.catalog.tax import Tax
from models.money.rates import parse_percent
from pricing.arithmetic.tax import TaxableLine, TaxedLine, tax_lines
from pricing.sheet.policies import policy_of
from pricing.sheet.rows import Line, Taxation
from pricing.sheet.taxations import owed_by, taxation_by
from pricing.sheet.worksheet import Worksheet

_TAX = Tax.model_construct(id="", country="", category="", rate="0")
"""A row to copy: built anew, its empty lists would take a millisecond (decision 9)."""


def sheet_shown(cart: Cart, facts: Facts) -> Worksheet:
    """A sheet without lines, for what is asked of prices that a cart has: of the time that they are of."""
    return Worksheet(cart, facts, cart.pricing.stamp.priced_at or cart.updated.at, policy_of(cart, facts), [])


def taxed_as_shown(amount: int, price: Price, item: Item, sheet: Worksheet) -> TaxedLine:
    """What an amount for the whole quantity comes to that is stated and taxed as a price of the item is."""
    taxation = taxation_shown(price, Line(item, sheet.facts.offerings.get(item.offering_id or "")), sheet)
    taxable = TaxableLine(amount, item.quantity, taxation.rates, taxation.exempt, price.is_fine(item.quantity))
    [taxed] = tax_lines([taxable], inclusive=contains_tax(price, sheet.facts), policy=sheet.policy)
    return taxed


def contains_tax(price: Price, facts: Facts) -> bool:
    """Whether a price is stated with its taxes: as its amounts show, or as it was kept, or as its price point is."""
    for phase in all_phases(price):
        amount = stated(phase)
        if amount != phase.net:
            return True
        if amount != phase.gross:
            return False
    if price.basis is not None:
        return price.basis.tariff.tax_included
    point: PricePoint | None = facts.table("prices").get(price.id)
    return point is None or point.tax_included


def proration_of(price: Price, facts: Facts) -> tuple[bool, int | None]:
    """Whether a price is prorated, and in which month its cycles begin: as its point says, or else as it shows."""
    point: PricePoint | None = facts.table("prices").get(price.id)
    if point is None:
        return any(each.source == PRORATION for each in price.alterations), None
    return point.is_prorated, point.anchor_month


def taxation_shown(price: Price, line: Line, sheet: Worksheet) -> Taxation:
    """The taxes that a price of the line shows, less those that its amounts or the catalog tell not to be owed.

    Which of them are on top of others, only the catalog says.
    """
    known = sheet.facts.table("taxes")
    taxes = [known.get(tax.id, _TAX).model_copy(update={"id": tax.id, "rate": tax.rate}) for tax in price.taxes]
    taxation = taxation_by(tuple(taxes))
    if all(tax.amount for tax in price.taxes):
        return taxation
    by_catalog = owed_by(line, taxation, sheet).exempt or (False,) * len(taxes)
    by_amounts = [_tells_exempt(place, price, line.item.quantity) for place in range(len(taxes))]
    exempt = [says if told is None else told for told, says in zip(by_amounts, by_catalog, strict=True)]
    return replace(taxation, exempt=tuple(exempt))


def _tells_exempt(place: int, price: Price, units: int) -> bool | None:
    """Whether one of a price's taxes is not owed; None if its amounts are too small to tell."""
    for phase in all_phases(price):
        tax = phase.taxes[place]
        if tax.amount:
            return False
        if comes_to_something(tax, phase.net, units):
            return True
    return None


def comes_to_something(tax: TaxLine, net: int, units: int) -> bool:
    """Whether a tax on so much is at least a minor unit for each unit of the line: it can't be rounded to zero."""
    return net * parse_percent(tax.rate) >= units
