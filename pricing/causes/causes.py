"""Why an amount moved, from what differs about it: the changes that led there, or facts and time (`because`).

A change is a cause where it touches what differs; one of the cart's header only where prices read its fields. A line
may also move with others, for an amount is spread over all of them: then the causes are those of the others. What only
follows from something that moved before it has no cause of its own; what nothing explains is the policy's doing.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from cartwright.wire.policy import TaxLevel
from facts.snapshot import Facts
from models.cart.cart import Cart, Item
from models.cart.price import Phase, Price, all_phases, in_period
from models.cart.sources import CREDIT, OVERRIDE, PRORATION, VOUCHER
from models.catalog.price_point import PricePoint
from models.changes.change import Change
from models.changes.item_changes import QuantityChanged
from models.changes.override_changes import OverrideWithdrawn, PriceOverridden
from models.changes.rule_changes import RuleApplied
from pricing.causes.comparing import (
    FIXED,
    PERCENT,
    PRORATED,
    Altered,
    amounts,
    contains_tax_on_one_side,
    exempted,
    in_proportion,
    is_same_part,
    kind_of,
    taxed_alike,
)
from pricing.causes.meanwhile import PRICES, TABLES, Meanwhile
from pricing.causes.touched import AMOUNT, CHOICE, TAX, Kinds, Touched
from pricing.sheet.policies import policy_of
from pricing.sheet.ramps import in_stretch
from pricing.sheet.stretches import Calendar
from pricing.steps.list_prices import list_price
from pricing.steps.tiers import tier_amount

LISTED = "list-price-changed"
TAXED = "tax-changed"
BEGAN = "period-began"
"""A first period is another part of its cycle by now, or less of a paid one is left."""
POLICY = "policy-changed"
STARTED, ENDED, CHANGED = "started", "ended", "changed"
"""What happens to a promotion, a voucher or an override, as causes are called after it: `voucher-ended`."""
OF_QUANTITY = frozenset({QuantityChanged.type, RuleApplied.type})
OF_OVERRIDES = frozenset({PriceOverridden.type, OverrideWithdrawn.type})


class Found(NamedTuple):
    """Why a price moved by itself; and those of its alterations that other lines moved."""

    alone: Kinds
    shared: Sequence[Altered] = ()


class Sides(NamedTuple):
    """A price of a line before and after, from a period on; what changed the line; its point, if that is the same."""

    item: Item
    then: Price | Phase
    now: Price | Phase
    first: int
    own: Kinds
    point: str | None


class Causes:
    """The causes of all moves between two priced states of a cart."""

    def __init__(self, before: Cart, after: Cart, changes: Sequence[Change], facts: Facts) -> None:
        self._before = {item.id: item for item in before.items}
        self._after = {item.id: item for item in after.items}
        self._carts = before, after
        self._touched = Touched(changes)
        self._meanwhile = Meanwhile(before, after, facts)
        self._facts = facts
        self._of_totals: dict[tuple[str, str | None], Kinds] = {}
        self._found: dict[tuple[str, str, str | None, int], Found] = {}
        self._turned: dict[Altered, Kinds] = {}

    @cached_property
    def _of_tariffs(self) -> Mapping[str, Kinds]:
        """The kinds of change that touch lines, by the ids of their prices."""
        found: dict[str, Kinds] = {}
        for item in (*self._before.values(), *self._after.values()):
            for kind in self._touched.item(item.id):
                for price in item.prices:
                    found.setdefault(price.id, set()).add(kind)
        return found

    @cached_property
    def _at_first_hand(self) -> Mapping[Altered | None, Kinds]:
        """What moved prices by itself, by the alterations that these bear; under None, what moved any."""
        found: dict[Altered | None, Kinds] = {None: set()}
        for item_id in {**self._before, **self._after}:
            for bears, causes in self._moved(item_id):
                for name in (None, *bears):
                    found.setdefault(name, set()).update(causes)
        return found

    def _moved(self, item_id: str) -> Iterator[tuple[set[Altered], Kinds]]:
        """For each price of a line that something moved by itself: what alters it, before or after, and that."""
        old, new = self._before.get(item_id), self._after.get(item_id)
        if old is not None and new is not None and old.prices is new.prices:
            return
        own = self._touched.item(item_id)
        prices = [price for item in (old, new) if item is not None for price in item.prices]
        for kind, period in {(price.type, price.period) for price in prices}:
            sides = [price for price in prices if (price.type, price.period) == (kind, period)]
            if old is None or new is None:
                causes = own
            else:
                firsts = {1, *(phase.from_period for price in sides for phase in price.later)}
                causes = {each for first in firsts for each in self._of_prices(old, new, kind, period, first).alone}
            if causes:
                states = [at for side in sides for at in all_phases(side)]
                yield {(each.source, each.id) for at in states for each in at.alterations}, causes

    def of_line(self, item_id: str | None, kind: str, period: str | None, first: int) -> list[str]:
        """Why the price of one line moved, from its period `first` on; asked for each that did, before the totals."""
        old, new = self._before.get(item_id or ""), self._after.get(item_id or "")
        if old is None or new is None or self._carts[0].currency != self._carts[1].currency:
            causes = self._touched.item(item_id or "") or self._touched.header(CHOICE) | self._touched.contents
        else:
            found = self._of_prices(old, new, kind, period, first)
            causes = found.alone
            for altered in found.shared:
                causes = causes | self._of_others(altered)
            causes = causes or self._of_rounding
        causes = causes or self._touched.contents or {POLICY}
        self._of_totals.setdefault((kind, period), set()).update(causes)
        return sorted(causes)

    def of_total(self, kind: str, period: str | None) -> list[str]:
        """Why a total moved: the causes of all moves of its lines."""
        return sorted(self._of_totals.get((kind, period)) or self._touched.contents or {POLICY})

    @cached_property
    def _of_rounding(self) -> Kinds:
        """Why amounts are rounded in another way: by the policy, or with those of other lines if that is the policy."""
        causes = self._touched.header(AMOUNT) | self._touched.header(TAX)
        if not causes and policy_of(self._carts[1], self._facts).tax_level is TaxLevel.GROUP:
            causes = self._at_first_hand[None] or self._touched.contents
        return causes or {POLICY}

    def _of_prices(self, old: Item, new: Item, kind: str, period: str | None, first: int) -> Found:
        """Why a price moved from a period on; looked for once."""
        key = new.id, kind, period, first
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._search(old, new, kind, period, first)
        return found

    def _search(self, old: Item, new: Item, kind: str, period: str | None, first: int) -> Found:
        before, after = _price(old, kind, period), _price(new, kind, period)
        own = self._touched.item(new.id)
        if before is None or after is None:
            return Found(own or self._touched.header(CHOICE) or {LISTED})
        if first > 1:
            then, now = in_period(before, first), in_period(after, first)
            causes = set[str]()
            if then.list_amount != now.list_amount:
                quantity = own & OF_QUANTITY if old.quantity != new.quantity else None
                causes |= quantity or self._of_point(before, after, own)
        else:
            then, now = before, after
            causes = self._of_list_price(old, new, before, after, own)
        shared: Sequence[Altered] = ()
        if then.alterations or now.alterations:
            point = after.id if before.id == after.id else None
            causes, shared = self._of_alterations(Sides(new, then, now, first, own, point), causes)
        causes |= self._of_taxes(then, now, max(old.quantity, new.quantity))
        if not causes and first == 1 and self._meanwhile.may_differ(PRICES, after.id):
            causes = {LISTED} if contains_tax_on_one_side(before, after) else causes
        return Found(causes, shared)

    def _of_taxes(self, before: Price | Phase, after: Price | Phase, units: int) -> Kinds:
        if taxed_alike(before, after):
            return set()
        ours, theirs = ({tax.id: tax.rate for tax in side.taxes} for side in (before, after))
        if ours != theirs or exempted(before, after, units):
            same_taxes = ours.keys() == theirs.keys() and ours != theirs
            return {TAXED} if same_taxes else self._touched.header(TAX) or {TAXED}
        return set()

    def _of_list_price(self, old: Item, new: Item, before: Price, after: Price, own: Kinds) -> Kinds:
        """What changed the list price, if it changed."""
        causes: Kinds = set()
        same = before.id == after.id and before.unit_amount == after.unit_amount
        if old.quantity != new.quantity:
            causes |= own & OF_QUANTITY or own
            point: PricePoint | None = self._facts.table(PRICES).get(after.id)
            if before.id == after.id and point is not None and after.kept is None and not same:
                policy = policy_of(self._carts[1], self._facts)
                point = in_stretch(point, Calendar()) if point.ramps else point
                same = list_price(point, old.quantity, policy) == (before.unit_amount, before.list_amount)
        elif before.list_amount != after.list_amount:
            same = False
        return causes if same else causes | self._of_point(before, after, own)

    def _of_point(self, before: Price, after: Price, own: Kinds) -> Kinds:
        """What changed the list price, if not the line's quantity: the choice of its point, other lines, or facts."""
        if before.id != after.id or before.basis or after.basis:
            return own - OF_QUANTITY or self._touched.header(CHOICE) or self._touched.header(AMOUNT) or {LISTED}
        rounded = before.unit_amount == after.unit_amount and not self._meanwhile.may_differ(PRICES, after.id)
        return self._of_other_lines(before) or self._touched.header(AMOUNT) or {POLICY if rounded else LISTED}

    def _of_other_lines(self, price: Price) -> Kinds:
        """What changed how many units reach a tier together, if the price point had these tiers before."""
        point: PricePoint | None = self._facts.table(PRICES).get(price.id)
        if point is None or not point.tiers_over_lines:
            return set()
        had_these = tier_amount(point, self._units_before[price.id]) == price.unit_amount
        return self._of_tariffs.get(price.id, set()) if had_these else set()

    @cached_property
    def _units_before(self) -> Mapping[str, int]:
        """The units of all lines by the ids of their prices, in the first state."""
        found: Counter[str] = Counter()
        for item in self._before.values():
            for price in item.prices:
                found[price.id] += item.quantity
        return found

    def _of_alterations(self, sides: Sides, causes: Kinds) -> Found:
        """What moved a price, by its alterations too: they are added to what moved its list price.

        What follows from something before it has no cause of its own.
        """
        ours, theirs = amounts(sides.then.alterations), amounts(sides.now.alterations)
        if ours == theirs:
            return Found(causes)
        shared = self._add_starts_and_ends(ours, theirs, sides, causes) if ours.keys() != theirs.keys() else []
        renewed = self._meanwhile.renewed
        for altered, amount in ours.items():
            if theirs.get(altered, amount) != amount:
                if not (causes or shared):
                    causes |= self._of_first(altered, sides)
                    if not causes:
                        shared.append(altered)
                elif (altered in renewed or altered[0] not in TABLES) and not _follows(altered, sides):
                    causes |= self._of_change(altered, sides)
        return Found(causes, shared)

    def _add_starts_and_ends(
        self, ours: Mapping[Altered, int], theirs: Mapping[Altered, int], sides: Sides, causes: Kinds
    ) -> list[Altered]:
        """Add why something alters a price on one side only; returns of what other lines are why."""
        shared: list[Altered] = []
        for altered in ours.keys() ^ theirs.keys():
            found = self._turned.get(altered)
            if found is None:
                what = ENDED if altered in ours else STARTED
                if _follows_from_price(altered, ours.get(altered) or theirs[altered], what, sides):
                    continue
                found = self._of_start_or_end(altered, what, sides)
                if not found or altered in self._meanwhile.lasting:
                    shared.append(altered)
            causes |= found
        return shared

    def _of_start_or_end(self, altered: Altered, what: str, sides: Sides) -> Kinds:
        """Why something alters a price on one side only, if other lines are not why."""
        source, asked = altered[0], self._touched.source(altered)
        if source not in TABLES:
            return self._of_terms(altered, what, sides)
        if altered in self._meanwhile.lasting:
            return asked or sides.own or self._of_change(altered, sides)
        blocked = self._touched.header(source) if source == VOUCHER else None
        found = self._turned[altered] = asked or blocked or {f"{source}-{what}"}
        return found

    def _of_first(self, altered: Altered, sides: Sides) -> Kinds:
        """Why an alteration has another amount though nothing before it moved, if other lines are not why."""
        return self._of_change(altered, sides) or self._touched.source(altered) or sides.own

    def _of_change(self, altered: Altered, sides: Sides) -> Kinds:
        """Why an alteration has another amount, if that is for its own sake."""
        source = altered[0]
        if source not in TABLES:
            return self._of_terms(altered, CHANGED, sides)
        return {f"{source}-{CHANGED}"} if self._meanwhile.is_changed(altered, sides.first) else set()

    def _of_terms(self, altered: Altered, what: str, sides: Sides) -> Kinds:
        """Why a line's own terms or time alter its price in another way, if its other prices are not why."""
        source, of = altered
        if source == PRORATION:
            return self._of_proration(what, sides)
        if source == OVERRIDE and what != CHANGED:
            dated = any(each.id == of and each.valid_for is not None for each in sides.item.overrides)
            return sides.own & OF_OVERRIDES or {f"{source}-{what}" if dated else POLICY}
        causes = sides.own - OF_QUANTITY or self._touched.header(source)
        if source == CREDIT:
            return causes or ({BEGAN} if self._meanwhile.time_passed else set())
        return causes or {POLICY}

    def _of_proration(self, what: str, sides: Sides) -> Kinds:
        """Why a part of a period is another one, or is all of it on one side."""
        causes = self._touched.header(PRORATION)
        if causes:
            return causes
        if what != CHANGED and self._is_prorated_anew(what, sides.point or ""):
            return {LISTED}
        if not self._meanwhile.time_passed:
            return {POLICY}
        return {BEGAN, POLICY} if self._meanwhile.policy_may_differ and _parted_otherwise(sides) else {BEGAN}

    def _is_prorated_anew(self, what: str, of: str) -> bool:
        """Whether a price point says now that it is prorated, or that it is not."""
        point: PricePoint | None = self._facts.table(PRICES).get(of)
        return (
            self._meanwhile.came_since(PRICES, of) if what == STARTED else point is not None and not point.is_prorated
        )

    def _of_others(self, altered: Altered) -> Kinds:
        """What moved an alteration that is shared out, on other lines."""
        source, moved = altered[0], self._at_first_hand
        causes = moved.get(altered) or moved[None] or self._touched.header(source) or self._touched.contents
        if not causes:
            causes = {f"{source}-{CHANGED}" if altered in self._meanwhile.renewed else POLICY}
        return causes


def _price(item: Item, kind: str, period: str | None) -> Price | None:
    for each in item.prices:
        if each.type == kind and each.period == period:
            return each
    return None


def _follows_from_price(altered: Altered, amount: int, what: str, sides: Sides) -> bool:
    """Whether an alteration is on one side only as the other list price leaves nothing of it, or has another point."""
    whole, other = sides.then.list_amount, sides.now.list_amount
    if what == STARTED:
        whole, other = other, whole
    if altered == PRORATED and sides.point is None:
        return True
    return whole != other and in_proportion(amount, whole, 0, other)


def _follows(altered: Altered, sides: Sides) -> bool:
    """Whether an alteration has another amount only as what it is taken off is another.

    What counts units follows the quantity.
    """
    if is_same_part(altered, sides.then, sides.now):
        return True
    counts = altered[0] in TABLES and kind_of(altered, sides.now) not in (PERCENT, FIXED)
    return counts and bool(sides.own & OF_QUANTITY)


def _parted_otherwise(sides: Sides) -> bool:
    """Whether a period was parted into other units than it is now."""
    before, after = (kind_of(PRORATED, each) for each in (sides.then, sides.now))
    return None not in (before, after) and before != after
