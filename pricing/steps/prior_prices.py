"""Prior prices: of what is reduced, the lowest price of the 30 days before the reduction (98/6/EC, article 6a).

A price is reduced where a price point takes an ordinary one's place, or a promotion that everybody gets for a single
item takes something off. The reduction began when the shelf price came to be reduced, and has been so ever since: a
further reduction without a gap, or a row that is replaced by one like it, begins no new one. Shelf prices are compared
with their taxes, as buyers see them; `pricing.steps.shelf` says what they leave out.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from cartwright.wire.policy import PriorPrices
from facts.history import CatalogHistory, HistoryWanted, OfferingHistory
from facts.price_index import DUE_NOW
from facts.snapshot import Facts
from models.cart.prior_price import PriorPrice
from pricing.sheet.worksheet import PROMOTION, Line, Row, TotalKey, Worksheet
from pricing.steps.shelf import alone, is_public, public, shelf_prices
from pricing.steps.shelf_history import Stretch, stretches

DAYS = timedelta(days=30)
"""How far before the reduction prices count."""
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
        if row.keeping is None and row.point.type in DUE_NOW:
            by_promotions = (each.id for each in row.alterations if each.source == PROMOTION)
            if row.point.replaces or any(each in promotions and is_public(promotions[each]) for each in by_promotions):
                yield row


def _note_all(reduced: list[tuple[Line, list[Row]]], history: CatalogHistory, sheet: Worksheet) -> None:
    known = {each: history.of(each, sheet.facts.revision) for line, _ in reduced if (each := line.item.offering_id)}
    unread = [each for each, found in known.items() if found is None]
    if unread:
        raise HistoryWanted(unread, sheet.at - 2 * DAYS)
    facts, short = public(sheet.facts), list[HistoryWanted]()
    for line, rows in reduced:
        found = known[line.item.offering_id or ""]
        if found is not None:
            try:
                _note(line, rows, facts, found, sheet)
            except HistoryWanted as wanted:
                short.append(wanted)
    if short:
        raise HistoryWanted(
            (each for wanted in short for each in wanted.offering_ids), min(each.since for each in short)
        )


def _note(line: Line, rows: list[Row], facts: Facts, history: OfferingHistory, sheet: Worksheet) -> None:
    cart = alone(sheet.cart, line.item)
    now = shelf_prices(cart, facts, sheet.at)
    for row in rows:
        key = row.point.type, row.point.period
        if key in now and now[key].reduced:
            past = stretches(cart, history, facts.revision, sheet.at)
            began = reduced_since(past, key, sheet.at)
            window = began - DAYS
            if not history.reaches(window):
                # Further back, in steps that double: a reduction may have been on for years.
                raise HistoryWanted((line.item.offering_id or "",), window - min(sheet.at - window, LONGEST_STEP))
            row.prior = lowest_in(past, key, window, began)


def reduced_since(past: Sequence[Stretch], key: TotalKey, at: datetime) -> datetime:
    """When what is reduced at a time came to be so; that time itself, if it is not by what the stretches say."""
    began = at
    for each in reversed(past):
        if each.start <= at:
            price = each.prices.get(key)
            if price is None or not price.reduced or each.end < began:
                break
            began = each.start
    return began


def lowest_in(past: Iterable[Stretch], key: TotalKey, start: datetime, began: datetime) -> PriorPrice | None:
    """The lowest price that was in force at any time from `start` until a reduction began, if there was any."""
    prices = [each.prices[key] for each in past if each.start < began and each.end > start and key in each.prices]
    if not prices:
        return None
    lowest = min(prices, key=lambda each: each.gross)
    return PriorPrice(lowest.price_id, lowest.net, lowest.gross, began)
