"""What an offering cost by itself at any time: stretches of time in which its shelf prices stayed the same.

Something begins or ends with every revision that concerns the offering, and where the dates of its rows say so. At
each of these times its shelf prices are worked out. That is remembered with the history, which never changes.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import chain, pairwise
from typing import Any, NamedTuple, cast

from facts.history import OfferingHistory
from facts.snapshot import CatalogRows, Facts
from facts.validity import bounds
from models.cart.cart import Cart
from pricing.promotion import Promotion
from pricing.steps.shelf import ShelfPrices, public, shelf_prices

MOST_REMEMBERED = 100
"""Circumstances of which shelf prices are remembered for one offering."""
BY_THE_CLOCK = timedelta(days=100)
"""How far back hours of the day are looked at; dates always are."""
DATED_KINDS = ("offerings", "prices", "taxes")
"""Kinds of rows with dates of their own, besides promotions."""


class Stretch(NamedTuple):
    """From `start` (inclusive) to `end` (exclusive) the shelf prices were these."""

    start: datetime
    end: datetime
    prices: ShelfPrices


def stretches(cart: Cart, history: OfferingHistory, revision: int, at: datetime) -> tuple[Stretch, ...]:
    """The stretches of a cart that is `alone`, by the revisions up to one, in order, until after `at`."""
    end = datetime.combine(at.astimezone(UTC).date() + timedelta(days=2), time(), UTC)
    (item,) = cart.items
    same = cart.currency, cart.header.model_dump_json(), item.term, tuple(sorted(item.characteristics.items()))
    key = (same, min(revision, history.until), end)
    found: tuple[Stretch, ...] | None = history.memo.get(key)
    if found is None:
        found = tuple(_joined(_worked_out(cart, history, revision, end)))
        while len(history.memo) >= MOST_REMEMBERED:
            del history.memo[next(iter(history.memo))]
        history.memo[key] = found
    return found


def _worked_out(cart: Cart, history: OfferingHistory, revision: int, end: datetime) -> Iterator[Stretch]:
    earliest = end - BY_THE_CLOCK
    for start, until, facts in _states(history, revision, end):
        if start < until:
            zone = facts.policy.time_zone
            turns = {each for each in _turns(facts, max(start, earliest), until, zone) if start < each < until}
            for first, last in pairwise((start, *sorted(turns), until)):
                yield Stretch(first, last, shelf_prices(cart, facts, first))


def _states(history: OfferingHistory, revision: int, end: datetime) -> Iterator[tuple[datetime, datetime, Facts]]:
    """From when until when the catalog was in which state."""
    dated = [each for each in history.dated if each.revision <= revision and each.at < end]
    facts = Facts()
    for each, following in zip(dated, [*dated[1:], None], strict=True):
        facts = facts.with_rows(CatalogRows(**cast("dict[str, Any]", each.rows)), each.revision)
        yield each.at, end if following is None else following.at, public(facts)


def _turns(facts: Facts, start: datetime, end: datetime, zone: str) -> Iterable[datetime]:
    """When the rows' own dates, or the clock, may change what the offering costs."""
    rows = chain.from_iterable(facts.table(kind).values() for kind in DATED_KINDS)
    promotions = cast("tuple[Promotion, ...]", facts.automatic.get("item", ()))
    of_conditions = (
        condition.turns_between(start, end, zone) for promotion in promotions for condition in promotion.conditions
    )
    dates = (bounds(row.valid_for) for row in chain(rows, promotions))
    return chain.from_iterable(chain(dates, of_conditions))


def _joined(found: Iterable[Stretch]) -> Iterator[Stretch]:
    """Stretches with the same prices that follow each other are one."""
    last: Stretch | None = None
    for each in found:
        if last is not None and last.end == each.start and last.prices == each.prices:
            last = last._replace(end=each.end)
        else:
            if last is not None:
                yield last
            last = each
    if last is not None:
        yield last
