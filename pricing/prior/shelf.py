"""The shelf price: what one unit of an offering costs by itself, for everybody in the same circumstances.

It is the catalog's price with the promotions of single items that come without being asked for, and with taxes. What
is somebody's own is left out: agreements, overrides, coupons, vouchers, kept prices; and so is what takes other goods,
or more than one unit.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, cast

from cartwright.wire.refusals import Refusal
from facts.price_index import DUE_NOW
from facts.promotion import by_level
from facts.snapshot import Facts
from models.cart.cart import Cart, Item
from models.cart.keys import AGREEMENT_ID
from models.cart.pricing_result import PricingResult
from models.cart.sources import PROMOTION
from pricing.promotion import Promotion
from pricing.sheet.policies import policy_of
from pricing.sheet.preferring import best_sheet
from pricing.sheet.rows import Line, TotalKey
from pricing.sheet.worksheet import Worksheet
from pricing.steps.choosing import choose_prices
from pricing.steps.list_prices import take_list_prices
from pricing.steps.promoting import promote_items
from pricing.steps.taxing import add_taxes, find_taxes
from pricing.steps.totals import find_due_now, sum_totals

PLAIN_STEPS = (choose_prices, take_list_prices, find_taxes, add_taxes)
"""The steps of pricing that a shelf price is made by, in their order, where there is no promotion."""
SHELF_STEPS = (choose_prices, take_list_prices, find_taxes, promote_items, add_taxes, sum_totals, find_due_now)
"""The same where there are some; the sums tell which of those that exclude each other are used."""


class ShelfPrice(NamedTuple):
    """The price of one unit in minor units, its price point, and whether it is a reduced one."""

    price_id: str
    net: int
    gross: int
    reduced: bool


ShelfPrices = Mapping[TotalKey, ShelfPrice]
"""Shelf prices of one offering, by type and period; there are none while it is not on sale."""


def is_public(promotion: object) -> bool:
    """Whether a promotion reduces the shelf price: one of single items, without being asked for, and without gifts."""
    known = cast("Promotion", promotion)
    return known.level == "item" and not known.on_demand and not known.brings


def public(facts: Facts) -> Facts:
    """The facts with the promotions that reduce shelf prices only, whether or not others have used them up."""
    promotions = [each for each in facts.automatic.get("item", ()) if is_public(each)]
    levels = by_level(promotions)
    return replace(
        facts, promotions=levels, automatic=levels, capped_promotions=(), exhausted=frozenset(), history=None
    )


def alone(cart: Cart, item: Item) -> Cart:
    """A cart in the same circumstances with nothing in it but one unit of the item's offering."""
    header = cart.header
    if AGREEMENT_ID in header.keys:
        keys = {name: value for name, value in header.keys.items() if name != AGREEMENT_ID}
        header = header.model_copy(update={"keys": keys})
    unit = Item(
        id=item.id, offering_id=item.offering_id, quantity=1, term=item.term, characteristics=item.characteristics
    )
    return replace(
        cart,
        header=header,
        items=(unit,),
        containers=(),
        chosen_promotions=(),
        held_vouchers=(),
        adjustments=(),
        amendment=None,
        pricing=PricingResult(),
    )


def shelf_prices(cart: Cart, facts: Facts, at: datetime) -> ShelfPrices:
    """The shelf prices of a cart that is `alone`, by facts that are `public`."""
    steps = SHELF_STEPS if facts.automatic.get("item") else PLAIN_STEPS

    def filled(without: frozenset[str]) -> Worksheet:
        (item,) = cart.items
        lines = [Line(item, facts.offerings.get(item.offering_id or ""))]
        sheet = Worksheet(cart, facts, at, policy_of(cart, facts), lines, without)
        for step in steps:
            step(sheet)
        return sheet

    try:
        sheet = best_sheet(filled)
    except Refusal:
        # A price that can't be meant: nobody could buy at it.
        return {}
    return {
        (row.type, row.period): ShelfPrice(
            row.point_id,
            row.net,
            row.gross,
            row.on_sale or any(each.source == PROMOTION for each in row.alterations),
        )
        for line in sheet.lines
        for row in line.rows
        if row.type in DUE_NOW
    }
