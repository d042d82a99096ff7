"""Checks of price points: amounts, ambiguous points, points that replace themselves."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from cartwright.wire.header import TimePeriod
from cartwright.wire.money import MoneyError, parse_amount
from cartwright.wire.refusals import Problem, pointer
from facts.snapshot import DRAFT, Facts
from handlers.catalog_checks import leads_to_itself
from models.catalog.price_point import PricePoint
from models.money.rates import parse_unit_price

ALWAYS = TimePeriod()
OPEN_START = datetime.min.replace(tzinfo=UTC)
OPEN_END = datetime.max.replace(tzinfo=UTC)


def price_problems(prices: Sequence[PricePoint], facts: Facts, *where: str) -> list[Problem]:
    """All problems of these rows; `where` is their place in the command, and `facts` contains them."""
    problems = [problem for index, point in enumerate(prices) for problem in _amounts(point, (*where, index))]
    for index, point in enumerate(prices) if not problems else ():
        rivals = [] if point.lifecycle == DRAFT else _rivals(point, facts)
        if rivals:
            message = f"{point.id} ties with {', '.join(sorted(rivals))}"
            problems.append(Problem(pointer(*where, index), "ambiguous-price", message))
    points = facts.table("prices")

    def replaced(point_id: str) -> frozenset[str]:
        return points[point_id].replaces if point_id in points else frozenset()

    problems += [
        Problem(pointer(*where, index, "relationships"), "cycle", f"{point.id} replaces itself")
        for index, point in enumerate(prices)
        if point.replaces and leads_to_itself(point.id, replaced)
    ]
    return problems


def _rivals(point: PricePoint, facts: Facts) -> list[str]:
    """Ids of the points that could apply as well; of two of which one replaces the other it is clear which counts."""
    return [
        other.id
        for group in facts.prices_of.get(point.offering_id, ())
        for other in group
        if _tie(point, other) and point.id not in other.replaces and other.id not in point.replaces
    ]


def _amounts(point: PricePoint, where: tuple[str | int, ...]) -> Iterator[Problem]:
    amounts: list[tuple[tuple[str | int, ...], str]] = [] if point.phases else [(("amount",), point.amount)]
    amounts += [(("tiers", place, "amount"), tier.amount) for place, tier in enumerate(point.tiers)]
    amounts += [(("phases", place, "amount"), phase.amount) for place, phase in enumerate(point.phases)]
    amounts += [] if point.minimum_price is None else [(("minimumPrice",), point.minimum_price)]
    for path, amount in amounts:
        try:
            price = parse_unit_price(amount, point.currency)
        except MoneyError as error:
            yield Problem(pointer(*where, *path), error.code, str(error))
        else:
            if price.coefficient < 0:
                yield Problem(pointer(*where, *path), "out-of-range", "a price must not be negative")
    if point.minimum_down_payment_amount is not None:
        place = pointer(*where, "minimumDownPaymentAmount")
        try:
            if parse_amount(point.minimum_down_payment_amount, point.currency) < 0:
                yield Problem(place, "out-of-range", "a down payment must not be negative")
        except MoneyError as error:
            yield Problem(place, error.code, str(error))


def _tie(left: PricePoint, right: PricePoint) -> bool:
    """Whether both could apply to the same line at the same time, and neither is more specific."""
    if left.id == right.id or (left.type, left.period, left.currency) != (right.type, right.period, right.currency):
        return False
    if len(left.criteria) != len(right.criteria):
        return False
    ours, theirs = dict(left.criteria), dict(right.criteria)
    exclude = any(ours[name] != theirs[name] for name in ours.keys() & theirs.keys())
    return not exclude and _overlap(left.valid_for or ALWAYS, right.valid_for or ALWAYS)


def _overlap(left: TimePeriod, right: TimePeriod) -> bool:
    return _start(left) < _end(right) and _start(right) < _end(left)


def _start(period: TimePeriod) -> datetime:
    return period.start_date_time or OPEN_START


def _end(period: TimePeriod) -> datetime:
    return period.end_date_time or OPEN_END
