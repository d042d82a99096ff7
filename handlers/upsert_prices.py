"""`upsert-prices`: price points; two that could apply at the same time with the same right are refused."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field

from cartwright.handlers.catalog_checks import duplicate_ids, refuse_if
from cartwright.handlers.registry import catalog_command
from cartwright.models.catalog import PricePoint
from cartwright.models.command import CommandData
from cartwright.models.examples import example
from cartwright.models.header import TimePeriod
from cartwright.models.money import MoneyError
from cartwright.models.rates import parse_unit_price
from cartwright.models.refusals import Problem, pointer
from cartwright.pricing.facts import CatalogRows, Facts

ALWAYS = TimePeriod()
OPEN_START = datetime.min.replace(tzinfo=UTC)
OPEN_END = datetime.max.replace(tzinfo=UTC)


class UpsertPrices(CommandData):
    """Price points to add, or to put in the place of those with the same ids."""

    model_config = example(
        {
            "prices": [
                {
                    "id": "pp-1",
                    "offeringId": "sim-only",
                    "type": "recurring",
                    "period": "P1M",
                    "currency": "EUR",
                    "amount": "9.99",
                    "taxIncluded": True,
                    "channel": "web",
                }
            ]
        }
    )

    prices: Annotated[list[PricePoint], Field(min_length=1, max_length=1000)]


@catalog_command("upsert-prices", UpsertPrices)
def upsert_prices(facts: Facts, data: UpsertPrices) -> CatalogRows:
    """The rows; amounts must be exact in the currency's terms, and no two points may tie."""
    rows = CatalogRows(prices=tuple(data.prices))
    problems = duplicate_ids("prices", [row.id for row in data.prices])
    for index, point in enumerate(data.prices):
        problems += _amount_problems(index, point)
    refuse_if(problems)
    after = facts.with_rows(rows, facts.revision + 1)
    for index, point in enumerate(data.prices):
        rivals = [other.id for group in after.prices_of[point.offering_id] for other in group if _tie(point, other)]
        if rivals:
            path = pointer("data", "prices", index)
            problems.append(Problem(path, "ambiguous-price", f"{point.id} ties with {', '.join(sorted(rivals))}"))
    refuse_if(problems)
    return rows


def _amount_problems(index: int, point: PricePoint) -> Iterator[Problem]:
    amounts = [(("amount",), point.amount)]
    amounts += [(("tiers", place, "amount"), tier.amount) for place, tier in enumerate(point.tiers)]  # type: ignore[misc]
    for path, amount in amounts:
        try:
            price = parse_unit_price(amount, point.currency)
        except MoneyError as error:
            yield Problem(pointer("data", "prices", index, *path), error.code, str(error))
        else:
            if price.coefficient < 0:
                yield Problem(pointer("data", "prices", index, *path), "out-of-range", "a price is not negative")


def _tie(left: PricePoint, right: PricePoint) -> bool:
    """Whether both could apply to the same line at the same time, neither being more specific."""
    if left.id == right.id or (left.type, left.period, left.currency) != (right.type, right.period, right.currency):
        return False
    if len(left.criteria) != len(right.criteria):
        return False
    ours, theirs = dict(left.criteria), dict(right.criteria)
    exclude = any(ours[name] != theirs[name] for name in ours.keys() & theirs.keys())
    return not exclude and _overlap(left.valid_for or ALWAYS, right.valid_for or ALWAYS)


def _overlap(left: TimePeriod, right: TimePeriod) -> bool:
    def starts(period: TimePeriod) -> datetime:
        return period.start_date_time or OPEN_START

    def ends(period: TimePeriod) -> datetime:
        return period.end_date_time or OPEN_END

    return starts(left) < ends(right) and starts(right) < ends(left)
