"""Carts that no change of the catalog and no passing of time can have touched: they need not be priced again.

A cart's prices follow from its lines, from rows of the catalog and from the time. The cart says at which revision and
time it was priced. If no row that may concern it has changed since, and none has begun or ceased to be valid, pricing
it again would give the same amounts. Each offering has the last revision at which it was touched: itself, one of its
prices, or a promotion of its own or its categories. So a cart takes one look-up per line. What can't be told so (the
hour of a happy hour, the caps that many carts share) is never proven. An exchange rate moves no amount of a cart, only
what is shown beside it, so rates do not count.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from cartwright.wire.status import CHANGEABLE
from facts.reach import EVERYBODY, category_key, country_key, offering_key
from facts.snapshot import Facts
from facts.validity import bounds
from models.cart.brief import CartBrief
from models.catalog.configuration import CONFIGURATION
from models.catalog.price_point import PricePoint
from pricing.promotion import Promotion
from rules.rule import Rule

VOLATILE = 2**62
"""A revision later than all: of what may give another amount at any time."""
DATED = 2**61
"""A revision later than all but that: of an offering whose dates must be looked at, too."""


class Trace(NamedTuple):
    """When some rows changed last, and the times, in order, at which they give another amount of their own accord."""

    revision: int = 0
    turns: tuple[datetime, ...] = ()

    def still(self, revision: int, since: datetime, at: datetime) -> bool:
        """Whether they are as they were at this revision and time."""
        if self.revision > revision:
            return False
        turns = self.turns
        return not turns or bisect_right(turns, since) == bisect_right(turns, at)


UNTOUCHED = Trace()
_NEVER: Mapping[str, int] = {}


def joined(traces: Iterable[Trace]) -> Trace:
    """The trace of all rows together."""
    revision, turns = 0, set[datetime]()
    for each in traces:
        revision = max(revision, each.revision)
        if each.turns:
            turns.update(each.turns)
    return Trace(revision, tuple(sorted(turns)) if turns else ())


class Movements:
    """What has moved in a catalog, looked up offering by offering; made once for each snapshot, for many carts."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._since = facts.since
        self._by_key = self._of_keys()
        self._rules = self._of_rules()
        self._bases: dict[str, Trace] = {}
        self._dated: dict[str, Trace] = {}
        self._last = LastTouched(self)

    def proves(self, brief: CartBrief, at: datetime) -> bool:
        """Whether pricing the cart at this time certainly changes no amount of it, and no line."""
        since, revision = brief.priced_at, brief.revision
        if since is None or since > at or revision > self.facts.revision or not _is_plain(brief, at):
            return False
        last = max(map(self._last.__getitem__, brief.offering_ids), default=0)
        if last > revision and not (last >= DATED and self._offerings_still(brief, since, at)):
            return False
        if not self._base(brief.country).still(revision, since, at):
            return False
        if brief.prorated and any(map(self._prorates, brief.offering_ids)):
            return False
        return not _names_rows(brief) or all(each.still(revision, since, at) for each in self._named(brief))

    def last_touched(self, offering_id: str) -> int:
        """The revision at which an offering was touched last; a later one than all if that is not all there is."""
        trace = self._of_offering(offering_id)
        if not trace.turns or trace.revision >= VOLATILE:
            return trace.revision
        self._dated[offering_id] = trace
        return DATED

    def _offerings_still(self, brief: CartBrief, since: datetime, at: datetime) -> bool:
        """Whether offerings are still as they were, of which some have dates."""
        dated, last, revision = self._dated, self._last, brief.revision
        return all(
            dated[each].still(revision, since, at) if each in dated else last[each] <= revision
            for each in brief.offering_ids
        )

    def _base(self, country: str) -> Trace:
        """Of what concerns all carts of a country."""
        found = self._bases.get(country)
        if found is None:
            of_all = [*map(self._of_key, EVERYBODY), self._of_row("configuration", CONFIGURATION), self._rules]
            found = self._bases[country] = joined([*of_all, self._of_key(country_key(country))])
        return found

    def _named(self, brief: CartBrief) -> Iterable[Trace]:
        """Of what the cart names by its id."""
        yield from map(self._of_voucher, brief.vouchers)
        yield from map(self._of_chosen, brief.chosen_promotions)
        if brief.agreement_id is not None:
            yield self._of_row("agreements", brief.agreement_id)

    def _of_offering(self, offering_id: str) -> Trace:
        """Of an offering with all that its lines may get: its prices, and promotions that it or a category brings."""
        offering = self.facts.offerings.get(offering_id)
        if offering is None:
            return Trace(VOLATILE)
        keys = [offering_key(offering_id), *map(category_key, offering.categories)]
        return joined([self._of_sale(offering_id), *map(self._of_key, keys)])

    def _of_sale(self, offering_id: str) -> Trace:
        """Of an offering and its prices."""
        points = [point for group in self.facts.prices_of.get(offering_id, ()) for point in group]
        prices = [self._of_row("prices", point.id) for point in points]
        left = Trace(self.facts.left.get(offering_key(offering_id), 0))
        return joined([self._of_row("offerings", offering_id), left, *prices])

    def _of_row(self, kind: str, row_id: str) -> Trace:
        """Of one row; one that the catalog does not have may come at a later revision."""
        row, revision = self.facts.table(kind).get(row_id), self._since.get(kind, _NEVER).get(row_id, 0)
        period = getattr(row, "valid_for", None)
        return Trace(revision) if period is None else Trace(revision, tuple(sorted(bounds(period))))

    def _of_key(self, key: str) -> Trace:
        return self._by_key.get(key, UNTOUCHED)

    def _of_keys(self) -> dict[str, Trace]:
        """Of promotions that come without being asked for, of taxes, and of what has left a key."""
        found: dict[str, list[Trace]] = {key: [Trace(revision)] for key, revision in self.facts.left.items()}
        for level in self.facts.automatic.values():
            for promotion in level:
                if promotion.reach:
                    trace = self._of_promotion(promotion)
                    for key in promotion.reach:
                        found.setdefault(key, []).append(trace)
        for (country, _), taxes in self.facts.taxes_of.items():
            found.setdefault(country_key(country), []).extend(self._of_row("taxes", each.id) for each in taxes)
        return {key: joined(traces) for key, traces in found.items()}

    def _of_promotion(self, promotion: Any) -> Trace:
        """Of a promotion and what it adds to carts."""
        known: Promotion = promotion
        if known.turns is None:
            return Trace(VOLATILE)
        own = Trace(self._since.get("promotions", {}).get(known.id, 0), tuple(sorted(known.turns)))
        return joined([own, *map(self._of_sale, known.brings)])

    def _of_chosen(self, promotion_id: str) -> Trace:
        """Of a promotion that a cart asked for, whatever it is by now."""
        promotion = self.facts.table("promotions").get(promotion_id)
        return UNTOUCHED if promotion is None else self._of_promotion(promotion)

    def _of_voucher(self, code: str) -> Trace:
        """Of a voucher; whether there is one left for the cart is beyond what a catalog says."""
        voucher = self.facts.vouchers.get(code)
        return Trace(VOLATILE) if voucher is None or voucher.uses is not None else self._of_row("vouchers", code)

    def _of_rules(self) -> Trace:
        """Of the rules that change carts, with what they bring."""
        rules: Iterable[Rule] = self.facts.table("rules").values()
        traces = []
        for rule in rules:
            if rule.reacts() and rule.lifecycle == "active":
                traces += [self._of_row("rules", rule.id), *(self._of_sale(each) for _, each in rule.offering_ids())]
                traces += [] if rule.rests else [Trace(VOLATILE)]
        return joined(traces)

    def _prorates(self, offering_id: str) -> bool:
        """Whether what is left of a period may decide what the offering costs."""
        points: Iterable[PricePoint] = (each for group in self.facts.prices_of.get(offering_id, ()) for each in group)
        return any(each.is_prorated for each in points)


def _is_plain(brief: CartBrief, at: datetime) -> bool:
    """Whether the cart may be changed, and its prices follow from its lines and the catalog as it is."""
    if brief.intricate or brief.status not in CHANGEABLE:
        return False
    return brief.frozen_until is None or brief.frozen_until <= at


def _names_rows(brief: CartBrief) -> bool:
    return bool(brief.vouchers or brief.chosen_promotions) or brief.agreement_id is not None


class LastTouched(dict[str, int]):
    """The revision at which an offering was touched last, found out when it is first asked for."""

    def __init__(self, movements: Movements) -> None:
        super().__init__()
        self._movements = movements

    def __missing__(self, offering_id: str) -> int:
        found = self[offering_id] = self._movements.last_touched(offering_id)
        return found
