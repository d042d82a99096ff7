"""What an offering cost by itself at any time: stretches of time in which its shelf prices stayed the same.

Something begins or ends with every revision that concerns the offering, and where the dates of its rows say so. At
each of these times its shelf prices are worked out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import chain, pairwise
from typing import Any, NamedTuple, cast

from facts.circumstances import cart_circumstances, line_circumstances
from facts.history import DatedRows, OfferingHistory
from facts.price_index import move_prices
from facts.snapshot import CatalogRows, Facts
from facts.validity import bounds
from models.cart.cart import Cart
from models.catalog.offering import Offering
from models.catalog.price_point import PricePoint
from models.catalog.tax import Tax
from pricing.prior.shelf import ShelfPrices, is_public, public, shelf_prices
from pricing.promotion import Promotion

BY_THE_CLOCK = timedelta(days=100)
"""How far back hours of the day are looked at; dates always are."""
DATED_KINDS = ("offerings", "prices", "taxes")
"""Kinds of rows with dates of their own, besides promotions."""
MENTIONED = "mentioned"


class ShelfSpan(NamedTuple):
    """From `start` (inclusive) to `end` (exclusive) the shelf prices were these."""

    start: datetime
    end: datetime
    prices: ShelfPrices


def shelf_spans(cart: Cart, history: OfferingHistory, revision: int, end: datetime) -> Iterator[ShelfSpan]:
    """The stretches until a time, in order, of a cart that is `alone`; by the revisions up to one."""
    earliest = end - BY_THE_CLOCK
    for start, until, facts in _states(history, revision, end):
        if start < until:
            turns = {each for each in _turns(facts, max(start, earliest), until) if start < each < until}
            for first, last in pairwise((start, *sorted(turns), until)):
                yield ShelfSpan(first, last, shelf_prices(cart, facts, first))


def horizon(at: datetime) -> datetime:
    """How far stretches are worked out that are to tell of a time: the same for all times of a day."""
    return datetime.combine(at.astimezone(UTC).date() + timedelta(days=2), time(), UTC)


def circumstances(cart: Cart, history: OfferingHistory) -> object:
    """What tells apart carts that are `alone` and may have different shelf prices."""
    if MENTIONED not in history.memo:
        history.memo[MENTIONED] = _mentioned(history)
    mentioned: frozenset[tuple[str, str]] | None = history.memo[MENTIONED]
    (item,) = cart.items
    header = cart.header
    if mentioned is None:
        return cart.currency, header.model_dump_json(), item.term, tuple(sorted(item.characteristics.items()))
    own = line_circumstances(cart_circumstances(header, None), item)
    return cart.currency, header.country, header.pricing_policy, own & mentioned


def _mentioned(history: OfferingHistory) -> frozenset[tuple[str, str]] | None:
    """The circumstances that rows name; None if there are promotions, which may look at anything."""
    rows = [row for dated in history.dated for given in dated.rows.values() for row in given]
    if any(isinstance(row, Promotion) and is_public(row) for row in rows):
        return None
    found: set[tuple[str, str]] = set()
    for row in rows:
        match row:
            case PricePoint():
                found |= row.criteria
            case Tax():
                found |= {pair for each in row.exemptions for pair in each.criteria}
                found |= {("place", row.place)} if row.place is not None else set()
            case Offering():
                found |= {("channel", each) for each in row.channels}
    return frozenset(found)


def _states(history: OfferingHistory, revision: int, end: datetime) -> Iterator[tuple[datetime, datetime, Facts]]:
    """From when until when the catalog was in which state."""
    dated = [each for each in history.dated if each.revision <= revision and each.at < end]
    facts = Facts()
    for each, following in zip(dated, [*dated[1:], None], strict=True):
        facts = _following(facts, each)
        yield each.at, end if following is None else following.at, facts


def _following(facts: Facts, dated: DatedRows) -> Facts:
    """The next state; most revisions bring nothing but prices, and there may be thousands of them."""
    if not facts.revision or dated.rows.keys() != {"prices"}:
        return public(facts.with_rows(CatalogRows(**cast("dict[str, Any]", dated.rows)), dated.revision))
    points = cast("tuple[PricePoint, ...]", dated.rows["prices"])
    known = facts.table("prices")
    return replace(
        facts,
        revision=dated.revision,
        tables={**facts.tables, "prices": {**known, **{point.id: point for point in points}}},
        prices_of=move_prices(facts.prices_of, known, points),
    )


def _turns(facts: Facts, start: datetime, end: datetime) -> Iterable[datetime]:
    """When the rows' own dates, or the clock, may change what the offering costs."""
    rows = chain.from_iterable(facts.table(kind).values() for kind in DATED_KINDS)
    promotions, zone = cast("tuple[Promotion, ...]", facts.automatic.get("item", ())), facts.policy.time_zone
    of_conditions = (
        condition.turns_between(start, end, zone) for promotion in promotions for condition in promotion.conditions
    )
    dates = (bounds(row.valid_for) for row in chain(rows, promotions))
    return chain.from_iterable(chain(dates, of_conditions))
