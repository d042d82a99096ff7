"""What a forecast leaves out though the catalog knows it: prices and taxes that are other ones before the last bill.

All periods of a forecast are priced by the facts of its first day, as the phases of prices are. So a line is named if a
recurring price of it or a tax ends, or another one takes its place, before a bill for that price is due. Only days on
which rows of the catalog begin or end are looked at; what comes before promotions is worked out as of each.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from itertools import chain

from cartwright.wire.refusals import ErrorCode
from cartwright.wire.schema import format_time
from cartwright.wire.zones import wall_clock
from facts.snapshot import Facts
from facts.validity import bounds
from models.cart.cart import Cart, Item
from models.cart.keys import AGREEMENT_ID
from models.cart.pricing_result import CartWarning
from pricing.price import open_sheet
from pricing.sheet.policies import policy_of
from pricing.sheet.rows import Line, Row
from pricing.sheet.tariffs import tariff_of
from pricing.steps.change_rules import apply_change_rules
from pricing.steps.choosing import choose_prices
from pricing.steps.taxing import find_taxes

PRICE_CHANGES, TAX_CHANGES = "price-changes", "tax-changes"
SAID = {PRICE_CHANGES: "The price", TAX_CHANGES: "The tax"}
LOSSES: Mapping[str, str] = {ErrorCode.PRICE_NOT_FOUND: PRICE_CHANGES, "tax-not-found": TAX_CHANGES}
"""What a line that keeps its amounts has lost, by the warning of it."""
Dues = Mapping[tuple[str, str], datetime]
"""When the last bill is due of each recurring price, by item id and period, as the clocks show it."""


def forecast_warnings(cart: Cart, facts: Facts, at: datetime, dues: Callable[[], Dues]) -> list[CartWarning]:
    """A warning for each line and code, with the first time at which it is so, for a cart priced at this time.

    When bills are due is asked for only if something begins or ends at all.
    """
    dated: dict[datetime, list[Item]] = {}
    for item in cart.items:
        for date in {each for each in _dates(item, cart, facts) if each > at}:
            dated.setdefault(date, []).append(item)
    if not dated:
        return []
    last, zone = dues(), policy_of(cart, facts).time_zone
    found: dict[tuple[str, str], CartWarning] = {}
    now, _ = _listed(cart, cart.items, facts, at)
    for date in sorted(dated):
        shown = wall_clock(date, zone)
        billed = {key for key, due in last.items() if due >= shown}
        names = {item_id for item_id, _ in billed}
        then, lost = _listed(cart, [item for item in dated[date] if item.id in names], facts, date)
        for item_id, line in then.items():
            rows = {period: row for period, row in _recurring(now[item_id]) if (item_id, period) in billed}
            for code in _changes(now[item_id], rows, line, lost.get(item_id, "")):
                said = f"{SAID[code]} of item {item_id} changes at {format_time(date)}"
                warning = CartWarning(code, f"{said}; the bills from then on are as before it.", item_id)
                found.setdefault((item_id, code), warning)
    return list(found.values())


def _dates(item: Item, cart: Cart, facts: Facts) -> Iterator[datetime]:
    """When something begins or ends that decides on a line's recurring prices or its taxes."""
    offering = facts.offerings.get(item.offering_id or "")
    if offering is None or all(price.period is None for price in item.prices):
        return
    groups = [each for each in facts.prices_of.get(offering.id, ()) if each[0].currency == cart.currency]
    taxes = facts.taxes_of.get((cart.header.country or "", offering.tax_category or ""), ())
    agreement = facts.agreements.get(cart.header.keys.get(AGREEMENT_ID, ""))
    points = list(chain.from_iterable(groups))
    for row in (*points, *taxes, *(() if agreement is None else (agreement,))):
        yield from bounds(row.valid_for)
    for rule in (item.terms.change_rule, *(point.change_rule for point in points)):
        if rule is not None and rule.until is not None:
            yield rule.until


def _listed(
    cart: Cart, items: Iterable[Item], facts: Facts, at: datetime
) -> tuple[dict[str, Line], Mapping[str | None, str]]:
    """Some lines with their prices and taxes before all promotions, by id; and why some of them keep what they had."""
    sheet = open_sheet(cart, facts, at)
    sheet.lines = [Line(item, facts.offerings.get(item.offering_id or "")) for item in items]
    for step in (choose_prices, apply_change_rules, find_taxes):
        step(sheet)
    return {line.item.id: line for line in sheet.lines}, {each.item_id: each.code for each in sheet.warnings}


def _recurring(line: Line) -> Iterator[tuple[str, Row]]:
    for row in line.rows if line.kept is None else line.kept:
        if row.type == "recurring" and row.period is not None:
            yield row.period, row


def _changes(before: Line, billed: Mapping[str, Row], after: Line, lost: str) -> Iterator[str]:
    """What is another thing for prices of a line that are still billed."""
    if not billed:
        return
    if after.kept is not None:
        if before.kept is None and lost in LOSSES:
            yield LOSSES[lost]
        return
    rows = dict(_recurring(after))
    pairs = [(row, rows.get(period)) for period, row in billed.items()]
    if any(new is None or not tariff_of(old.point).costs_as(tariff_of(new.point)) for old, new in pairs):
        yield PRICE_CHANGES
    if any(new is not None and _taxes(old) != _taxes(new) for old, new in pairs):
        yield TAX_CHANGES


def _taxes(row: Row) -> tuple[tuple[Fraction, ...], ...]:
    """The rates of the taxes that a price bears; of one that contains its taxes also of those that are not owed."""
    owed = tuple([rate for place, rate in enumerate(row.rates.exact) if not (row.exempt and row.exempt[place])])
    return (row.rates.exact, owed) if row.tax_included else (owed,)
