"""Prior prices: of what is reduced, the lowest price of the 30 days before the reduction (98/6/EC, article 6a).

A price is reduced where a price point takes an ordinary one's place, or a promotion that everybody gets for a single
item takes something off. The reduction began when the shelf price came to be reduced, and has been so ever since: a
further reduction without a gap, or a row that is replaced by one like it, begins no new one. Shelf prices are compared
with their taxes, as buyers see them; `pricing.prior.shelf` says what they leave out.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from cartwright.wire.policy import PriorPrices
from facts.history import CatalogHistory, HistoryWanted, OfferingHistory
from facts.price_index import DUE_NOW
from models.cart.cart import Cart
from models.cart.prior_price import PriorPrice
from models.cart.sources import PROMOTION
from pricing.prior.shelf import alone, is_public
from pricing.prior.shelf_history import ShelfSpan, circumstances, horizon, shelf_spans
from pricing.sheet.rows import Line, Row, TotalKey
from pricing.sheet.worksheet import Worksheet

DAYS = timedelta(days=30)
"""How far before the reduction prices count."""
AT_ONCE = 100
"""Revisions of which prior prices are worked out at once; if there are more, others have their turn meanwhile."""
AT_A_STEP = 20
"""Shelf prices that are worked out in one step then."""
MOST_REMEMBERED = 200
"""Circumstances of which prior prices are remembered for one offering."""
MOST_OF_A_LONG_ONE = 20_000
"""The same for one with so many revisions that a command waits for them: at least one cart's worth of lines."""
TIMES_REMEMBERED = 5
"""Stretches of time of which they are remembered, for each of these circumstances."""
LONGEST_STEP = timedelta(days=3650)
"""How much further back a history is wanted at once, if it does not reach far enough, at most."""


def find_prior_prices(sheet: Worksheet) -> None:
    """Note the prior price of every reduced row, if somebody wants to see it, and there is one.

    Raises `HistoryWanted` if earlier revisions may tell, and have not been read.
    """
    if sheet.policy.prior_prices is not PriorPrices.SHOWN and sheet.spreads is None:
        return
    history = sheet.facts.history
    if history is not None:
        reduced = [(line, rows) for line in sheet.lines if (rows := list(_reduced_rows(line, sheet)))]
        if reduced:
            _note_all(reduced, history, sheet)


def _reduced_rows(line: Line, sheet: Worksheet) -> Iterator[Row]:
    """The rows that the catalog itself reduces, as far as the row tells."""
    if line.item.is_gift:
        return
    promotions = sheet.facts.table("promotions")
    for row in line.rows:
        if row.keeping is None and row.type in DUE_NOW:
            by_promotions = (each.id for each in row.alterations if each.source == PROMOTION)
            if row.on_sale or any(each in promotions and is_public(promotions[each]) for each in by_promotions):
                yield row


def _note_all(reduced: list[tuple[Line, list[Row]]], history: CatalogHistory, sheet: Worksheet) -> None:
    known = {each: history.of(each, sheet.facts.revision) for line, _ in reduced if (each := line.item.offering_id)}
    short = {each: sheet.at - 2 * DAYS for each, found in known.items() if found is None}
    for line, rows in reduced:
        offering_id = line.item.offering_id or ""
        found = known[offering_id]
        if found is not None:
            priors = _known_priors(alone(sheet.cart, line.item), found, sheet)
            if not found.reaches(priors.needed):
                # Further back, in steps that double: a reduction may have been on for years.
                short[offering_id] = priors.needed - min(abs(sheet.at - priors.needed), LONGEST_STEP)
            for row in rows:
                row.prior = priors.by_total.get((row.type, row.period))
    if short:
        raise HistoryWanted(short, min(short.values()))


class KnownPriors(NamedTuple):
    """The prior prices at all times from `start` to `end`; what was in force from `needed` on counts for them."""

    start: datetime
    end: datetime
    needed: datetime
    by_total: Mapping[TotalKey, PriorPrice]


def _known_priors(cart: Cart, history: OfferingHistory, sheet: Worksheet) -> KnownPriors:
    """The prior prices of a cart that is `alone`; worked out once for all carts in the same circumstances."""
    at, revision = sheet.at, sheet.facts.revision
    if history.since is not None and (not history.reaches(at - DAYS) or history.missing(revision)):
        return KnownPriors(at, at, min(at, history.since) - DAYS, {})
    end = horizon(at)
    same = circumstances(cart, history), revision if revision < history.until else None, end
    remembered: tuple[KnownPriors, ...] = history.memo.get(same, ())
    for each in remembered:
        if each.start <= at < each.end:
            return each
    past: list[ShelfSpan] = []
    steps = _worked_out(past, shelf_spans(cart, history, revision, end))
    if len(history.dated) <= AT_ONCE:
        deque(steps, 0)
        return _remembered(history, same, priors_at(past, at))

    def all_steps() -> Iterator[None]:
        yield from steps
        _remembered(history, same, priors_at(past, at))

    raise HistoryWanted((), at, all_steps())


def _worked_out(past: list[ShelfSpan], found: Iterator[ShelfSpan]) -> Iterator[None]:
    """Put together the stretches, a few at a step; those with the same prices that follow each other are one."""
    while batch := list(islice(found, AT_A_STEP)):
        for each in batch:
            if past and past[-1].end == each.start and past[-1].prices == each.prices:
                past[-1] = past[-1]._replace(end=each.end)
            else:
                past.append(each)
        yield


def _remembered(history: OfferingHistory, same: object, found: KnownPriors) -> KnownPriors:
    memo = history.memo
    while len(memo) >= (MOST_REMEMBERED if len(history.dated) <= AT_ONCE else MOST_OF_A_LONG_ONE):
        del memo[next(iter(memo))]
    memo[same] = (*memo.get(same, ())[1 - TIMES_REMEMBERED :], found)
    return found


def priors_at(past: Sequence[ShelfSpan], at: datetime) -> KnownPriors:
    """The prior prices of what is reduced at a time, by the stretches until then."""
    place = next((place for place, each in enumerate(past) if each.start <= at < each.end), None)
    if place is None:
        return KnownPriors(at, at, at - DAYS, {})
    now, priors, needed = past[place], dict[TotalKey, PriorPrice](), at - DAYS
    for key, price in now.prices.items():
        if price.reduced:
            began = reduced_since(past[: place + 1], key)
            needed = min(needed, began - DAYS)
            prior = lowest_in(past[:place], key, began - DAYS, began)
            if prior is not None:
                priors[key] = prior
    return KnownPriors(now.start, now.end, needed, priors)


def reduced_since(past: Sequence[ShelfSpan], key: TotalKey) -> datetime:
    """When what is reduced in the last stretch came to be so, without a gap."""
    began = past[-1].start
    for each in reversed(past[:-1]):
        price = each.prices.get(key)
        if price is None or not price.reduced or each.end < began:
            break
        began = each.start
    return began


def lowest_in(past: Iterable[ShelfSpan], key: TotalKey, start: datetime, began: datetime) -> PriorPrice | None:
    """The lowest price that was in force at any time from `start` until a reduction began, if there was any."""
    prices = [each.prices[key] for each in past if each.start < began and each.end > start and key in each.prices]
    if not prices:
        return None
    lowest = min(prices, key=lambda each: each.gross)
    return PriorPrice(lowest.price_id, lowest.net, lowest.gross, began)
