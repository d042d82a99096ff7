"""Pricing: facts in, priced cart out; recomputed from zero on every change, in the order that stands here."""

from dataclasses import replace
from datetime import datetime

from cartwright.models.cart import Cart, Item, Price, PricingStamp
from cartwright.pricing.choosing import choose_prices
from cartwright.pricing.facts import Facts
from cartwright.pricing.list_prices import take_list_prices
from cartwright.pricing.taxing import add_taxes
from cartwright.pricing.totals import find_due_now, sum_totals
from cartwright.pricing.worksheet import Line, Row, Worksheet

STEPS = (
    choose_prices,
    take_list_prices,
    add_taxes,
    sum_totals,
    find_due_now,
)


def price(cart: Cart, facts: Facts, at: datetime) -> Cart:
    """The cart with all prices, totals and warnings as these facts give them at this time; raises `Refusal`."""
    sheet = Worksheet(cart, facts, at, [Line(item, facts.offerings.get(item.offering_id or "")) for item in cart.items])
    for step in STEPS:
        step(sheet)
    return replace(
        cart,
        items=tuple(_priced(line) for line in sheet.lines),
        totals=sheet.totals,
        due_now=sheet.due_now,
        warnings=tuple(sheet.warnings),
        pricing=PricingStamp(cart.pricing.policy, facts.revision, at),
    )


def _priced(line: Line) -> Item:
    prices = tuple(_price(row) for row in line.rows)
    return line.item if prices == line.item.prices else replace(line.item, prices=prices)


def _price(row: Row) -> Price:
    return Price(
        id=row.point.id,
        type=row.point.type,
        period=row.point.period,
        unit_amount=row.unit_amount,
        list_amount=row.list_amount,
        alterations=tuple(row.alterations),
        net=row.net,
        taxes=row.taxes,
        gross=row.gross,
    )
