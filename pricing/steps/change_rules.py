"""Change rules: what a line was promised for the case that its list price changes (`changeRule`).

A line that has a price already keeps what its rule says: the tariff that the price is made of, so that a new quantity
keeps the unit price and the tiers. The line's own rule comes first, then that of the price point that the line has; a
point that takes another's place under the same circumstances is a change of the list price, and the line stays with
the point that it has. What is not a change of the list price is followed: another currency or offering, and another
point because the line or the cart asks for something else (a term, a characteristic, a channel).

Overrides, promotions and everything else come after this step, and apply to what was kept.
"""

from collections.abc import Sequence
from typing import NamedTuple

from cartwright.wire.change_rule import ChangeRule
from models.cart.cart import Item
from models.cart.price import Price
from models.cart.tariff import KeptPrice, PriceBasis, Tariff
from models.catalog.price_point import PricePoint
from models.changes.change import EVERYTHING, Change
from models.changes.item_changes import ItemChanged
from pricing.arithmetic.capping import capped
from pricing.arithmetic.tax import Rates
from pricing.sheet.rows import Keeping, Line, Row
from pricing.sheet.tariffs import at_tariff, tariff_of, with_tax_or_without
from pricing.sheet.worksheet import Worksheet
from pricing.steps.choosing import replaced_by
from pricing.steps.list_prices import list_price
from pricing.steps.taxing import taxation_of
from pricing.steps.told_tariffs import ToldTariffs

RENEWING = frozenset({"term", "paidPeriod", "nextExpirationDate"})
"""Fields of a line by which it is renewed: a new term, a new paid period, a new end."""
CRITERIA_OF_HEADER = {
    "header:channel": {"channel"},
    "header:place": {"place"},
    "header:marketSegment": {"market_segment"},
    "header:customer": {"customer_id", "user_type"},
    "header:keys": {"agreement_id"},
}
"""The criteria of price points that look at each field of the header."""


class Promise(NamedTuple):
    """What a line has: the price point and its tariff, the catalog's tariff last seen, and the rule that keeps them."""

    point: PricePoint
    tariff: Tariff
    seen: Tariff
    rule: ChangeRule


def apply_change_rules(sheet: Worksheet) -> None:
    """Let every line with a price under a change rule have what the rule keeps of it."""
    ruled, told = bool(sheet.facts.ruled_prices), ToldTariffs(sheet)
    for line in sheet.lines:
        if ruled or line.item.terms.change_rule is not None:
            for row in line.rows:
                _apply(row, line, sheet, told)


def _apply(row: Row, line: Line, sheet: Worksheet, told: ToldTariffs) -> None:
    promise = _promise(row.point, line, sheet, told)
    if promise is not None:
        _keep(row, promise, line, sheet)
    elif _keeping(line.item.terms.change_rule or row.point.change_rule):
        row.basis = PriceBasis(tariff_of(row.point))


def _keep(row: Row, promise: Promise, line: Line, sheet: Worksheet) -> None:
    """Give a row the tariff that the promise leads to, and note what it would cost by the catalog."""
    point, rule, own = row.point, promise.rule, promise.tariff
    listed = tariff_of(point)
    here = with_tax_or_without(listed, own.tax_included, taxation_of(line, sheet).rates)
    if rule.kind == "cap" and not listed.costs_as(promise.seen):
        own = capped(own, here, rule)
    if own.costs_as(here) and (promise.point is point or line.item.terms.change_rule is not None):
        row.basis = PriceBasis(listed)
        return
    row.take(at_tariff(_on_the_basis_of(own, promise.point, taxation_of(line, sheet).rates), own))
    row.replaced = replaced_by(row.point, line, sheet)
    row.basis = PriceBasis(own, None if listed == own else listed)
    by_catalog = at_tariff(point, here)
    unit_amount, list_amount = list_price(by_catalog, row.quantity, sheet.policy)
    later = (own.ramps or here.ramps) and not own.costs_as(here)
    if later or (unit_amount, list_amount) != list_price(row.point, row.quantity, sheet.policy):
        row.keeping = Keeping(KeptPrice(rule.kind, unit_amount, list_amount, rule.ends), rule, by_catalog)


def _on_the_basis_of(own: Tariff, point: PricePoint, rates: Rates) -> PricePoint:
    """The point with a minimum price that contains the tax if the tariff does."""
    if point.minimum_price is None or point.tax_included == own.tax_included:
        return point
    least = Tariff(point.minimum_price, point.currency, point.tax_included)
    converted = with_tax_or_without(least, own.tax_included, rates)
    return point.model_copy(update={"minimum_price": converted.amount})


def _promise(point: PricePoint, line: Line, sheet: Worksheet, told: ToldTariffs) -> Promise | None:
    """What the line was promised of the price that this point gives now; None if there is nothing to keep."""
    item, kind = line.item, (point.type, point.period)
    price = next((each for each in item.prices if (each.type, each.period) == kind), None)
    held = None if price is None else _held(price, point, line, sheet)
    if price is None or held is None:
        return None
    rule = item.terms.change_rule or held.change_rule
    if rule is None or not _keeping(rule) or _ended(rule, item, sheet):
        return None
    if price.basis is not None:
        tariff, seen = price.basis.tariff, price.basis.seen
        return Promise(held, tariff, seen, rule) if tariff.currency == sheet.currency else None
    known = told.of(price, held, item)
    return None if known is None else Promise(held, known, known, rule)


def _keeping(rule: ChangeRule | None) -> bool:
    return rule is not None and rule.kind != "follow"


def _ended(rule: ChangeRule, item: Item, sheet: Worksheet) -> bool:
    if rule.kind == "on-renewal":
        return any(
            isinstance(each, ItemChanged) and each.item_id == item.id and not RENEWING.isdisjoint(each.after)
            for each in sheet.changes
        )
    return rule.until is not None and rule.until <= sheet.at


def _held(price: Price, point: PricePoint, line: Line, sheet: Worksheet) -> PricePoint | None:
    """The point that the line has, as the catalog knows it; None if `point` is another price, not a changed one."""
    if price.id == point.id:
        return point
    known: PricePoint | None = sheet.facts.table("prices").get(price.id)
    if known is None:
        return point
    ours, theirs = ((each.offering_id, each.currency, each.type, each.period) for each in (known, point))
    differing = {name for name, _ in known.criteria ^ point.criteria}
    if ours != theirs or (differing and _asked_for(differing, line.item, sheet.changes)):
        return None
    return known


def _asked_for(criteria: set[str], item: Item, changes: Sequence[Change]) -> bool:
    """Whether the changes gave the line or the cart other circumstances of these names."""
    for each in changes:
        if isinstance(each, ItemChanged):
            if each.item_id == item.id and not criteria.isdisjoint(_criteria_of_item(each)):
                return True
        else:
            names = each.touches()
            if EVERYTHING in names or any(not criteria.isdisjoint(CRITERIA_OF_HEADER.get(name, ())) for name in names):
                return True
    return False


def _criteria_of_item(changed: ItemChanged) -> set[str]:
    before, after = (each.get("characteristics") or {} for each in (changed.before, changed.after))
    names = {f"characteristics.{name}" for name in {**before, **after} if before.get(name) != after.get(name)}
    return names | ({"term"} if "term" in changed.after else set())
