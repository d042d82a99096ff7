"""What a promotion takes off the prices of one scope where it holds, benefit by benefit, and for how long."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import chain

from cartwright.wire.policy import ActionsOfOnePromotion, PricingPolicy
from models.cart.sources import PROMOTION
from pricing.arithmetic.spreading import OffRun, Run, Runs, lowered, split
from pricing.benefits import WHOLE, Benefit, Reduction
from pricing.promotion import Promotion
from pricing.promotions.limits import Limits, limited
from pricing.promotions.scope import Bearing, Offer, Scope
from pricing.promotions.spans import FOR_GOOD, Span, SpanOf, by_price, offered, span_in_months
from pricing.sheet.cheapest import free_units
from pricing.sheet.rows import Part, Row
from pricing.sheet.stretches import Source
from pricing.sheet.worksheet import Claim, Share, Spread, Worksheet
from pricing.steps.list_lines import priced_line
from pricing.steps.settling import added_before


def grant(promotion: Promotion, scope: Scope) -> bool:
    """Apply the benefits one after the other; whether there was anything to take off or to add."""
    granted = False
    for each in promotion.comparing:
        scope.sheet.obstacles |= reducers(scope.rows(each.target))
    if promotion.comparing and len(promotion.benefits) > 1:
        scope = scope._replace(free_before={id(row): free_units(row) for line in scope.lines for row in line.rows})
    for position, benefit in enumerate(promotion.benefits):
        if position:
            _wait_while_free(promotion, position, scope)  # a benefit before this one may have left nothing to reduce
        span, offer = _offered(promotion, position, scope)
        granted |= _take(offer, promotion, benefit, span, scope.sheet)
    if granted and promotion.caps.per_cart is not None:
        scope.sheet.calendar.hold(promotion.id, scope.place)
    return granted


def claims_of(promotion: Promotion, scope: Scope) -> Iterator[Claim]:
    """What the benefits would take off, each by itself; a gift takes off no more than its own price, which it adds."""
    of_unit = most_of_unit(promotion, scope.sheet.policy)
    for position, benefit in enumerate(promotion.benefits):
        share, most = benefit.share_of_all(promotion.level), benefit.most_of_all(promotion.level)
        if most is None:
            parts = _offered(promotion, position, scope)[1].parts if share is None else ()
            most = sum([less for part in parts for _, less in _above_least(part)])
        yield Claim(promotion.id, most, share, [of_unit[position]], partial(scope.rows, benefit.target))


def most_of_unit(promotion: Promotion, policy: PricingPolicy) -> list[tuple[Fraction, int]]:
    """What each of its benefits takes of one unit at most; all, where it is a part of what the unit cost before."""
    found = [benefit.of_unit() for benefit in promotion.benefits]
    if policy.actions_of_one_promotion is ActionsOfOnePromotion.ORIGINAL:
        found[1:] = [(WHOLE, 0)] * len(found[1:])
    return found


def _offered(promotion: Promotion, position: int, scope: Scope) -> tuple[SpanOf, Offer]:
    """What one benefit offers, within its limits, and for how long."""
    benefit, (span, alike) = promotion.benefits[position], _spans(promotion, position, scope)
    if alike is not None and alike.over and not benefit.brings:
        return span, Offer()  # what has no periods was paid in the first one
    given = scope._replace(further=True) if position else scope
    if alike is None or alike.over:
        given = given._replace(over={id(row) for row in scope.rows(benefit.target) if span(row).over})
    in_parts = benefit.in_months
    offer = offered(benefit.offer, given, span, scope.sheet.policy) if in_parts else benefit.offer(given)
    if benefit.has_limits and isinstance(benefit, Reduction):
        limits = Limits(scope, benefit.target, benefit.kind, benefit.at_most, benefit.not_below)
        offer = limited(offer, limits)
    return span, offer


def _source(promotion: Promotion, position: int, scope: Scope, row: Row | None = None) -> Source:
    """What the periods of a benefit are counted of: a scope, or one price of it."""
    place = (scope.place,) if row is None else (row.item_id, row.point_id)
    return PROMOTION, promotion.id, str(position), *place


def _for_good(_row: Row) -> Span:
    return FOR_GOOD


def _spans(promotion: Promotion, position: int, scope: Scope) -> tuple[SpanOf, Span | None]:
    """How long a benefit is still given to each price; and to all that recur, if that is the same.

    As long as no price has waited, those of a scope count the same periods.
    """
    benefit, sheet = promotion.benefits[position], scope.sheet
    if not benefit.limited:
        return _for_good, FOR_GOOD
    apart = bool(sheet.calendar.stretch.waited) and benefit.counts_by_price(promotion.level)

    def source(row: Row) -> Source:
        return _source(promotion, position, scope, row if apart else None)

    if isinstance(benefit, Reduction) and benefit.months is not None:
        months = benefit.months
        return by_price(lambda row: span_in_months(row, months, source(row), sheet)), None
    periods = benefit.periods or 0
    if apart:
        return by_price(lambda row: Span(sheet.calendar.left(source(row), periods))), None
    lasting = Span(sheet.calendar.left(_source(promotion, position, scope), periods))
    return lambda row: lasting if row.type == "recurring" else FOR_GOOD, lasting


def wait_while_free(promotion: Promotion, scope: Scope) -> None:
    """The periods of what it gives don't count as long as others leave nothing to reduce."""
    for position in range(len(promotion.benefits)):
        _wait_while_free(promotion, position, scope)


def _wait_while_free(promotion: Promotion, position: int, scope: Scope) -> None:
    calendar, benefit = scope.sheet.calendar, promotion.benefits[position]
    if not calendar.may_wait or not benefit.limited or benefit.brings:
        return
    if benefit.counts_by_price(promotion.level):
        for row in scope.taken_in_time(benefit.target):
            if not row.amount and row.type == "recurring":
                calendar.wait(_source(promotion, position, scope, row))
    elif scope.is_free(benefit.target):
        calendar.wait(_source(promotion, position, scope))


def _take(offer: Offer, promotion: Promotion, benefit: Benefit, span: SpanOf, sheet: Worksheet) -> bool:
    """Take the parts off, and add the gifts at their list prices with all of that off, while it lasts.

    A gift is free whatever the minimum of its price is. One that the first sheet doesn't have is never added.
    """
    parts: Iterable[Part] = map(_above_least, offer.parts)
    taken = False
    if offer.gifts:
        gifts = added_before([priced_line(item, offering, sheet) for item, offering in offer.gifts], sheet)
        sheet.lines.extend(gifts)
        taken = bool(gifts)
        rows = [row for line in gifts for row in line.rows if not (row.settled or span(row).over)]
        parts = chain(parts, ([(row, row.amount)] for row in rows))
    promotion_id, kind, priority, exclusive = promotion.id, benefit.kind, promotion.priority, promotion.exclusive
    units = iter(offer.units)
    for part in parts:
        bearing = next(units, None)
        if len(part) > 1:
            sheet.turn_where_shares_end(part)
        if sheet.spreads is not None and all(span(row).is_whole for row, _ in part):
            shares = [Share(row, row.amount, len(row.alterations), less) for row, less in part]
            sheet.spreads.append(Spread(shares, kind))
        for row, discount in part:
            if discount:
                lasting = None if span is _for_good else span(row).lasting
                if lasting is not None:
                    sheet.calendar.turn_after(lasting)
                runs = row.runs
                row.alter(PROMOTION, promotion_id, -discount, lasting, type=kind, priority=priority)
                if runs is not None or bearing is not None:
                    row.runs = _runs_after(discount, row, runs, bearing, offer.off)
                if exclusive:
                    row.closed = sheet.closes = True
                taken = True
    return taken


def _runs_after(discount: int, row: Row, runs: Runs | None, bearing: Bearing | None, off: OffRun | None) -> Runs | None:
    """The runs of a row that a discount has just come off, which had these before."""
    if bearing is None:
        return row.runs if runs is None or off is None else lowered(runs, off, discount)
    if row.quantity in (1, bearing.many):  # by far the most frequent
        return None
    before = runs or (Run(row.amount + discount, row.quantity, row.is_fine),)
    return split(before, bearing.run, bearing.of, discount)


def _above_least(part: Part) -> Part:
    """The shares, as far as the prices' minima let them; parts come one by one, each after those before were taken."""
    for row, _ in part:
        if row.least:
            break
    else:
        return part
    return [(row, min(less, row.room)) for row, less in part]


def reducers(rows: Sequence[Row]) -> set[str]:
    """The promotions that have reduced these prices."""
    return {each.id for row in rows for each in row.alterations if each.source == PROMOTION}
