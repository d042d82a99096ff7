"""Why alterations moved a price: what happened to their sources, to the line's own terms, or on other lines."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from facts.snapshot import Facts
from models.cart.cart import Cart, Item
from models.cart.price import Phase, Price
from models.cart.sources import CREDIT, OVERRIDE, PRORATION, VOUCHER
from models.changes.override_changes import OverrideWithdrawn, PriceOverridden
from pricing.causes.codes import BEGAN, CHANGED, ENDED, STARTED
from pricing.causes.comparing import (
    FIXED,
    PERCENT,
    PRORATED,
    Altered,
    amounts,
    in_proportion,
    is_same_part,
    kind_of,
)
from pricing.causes.list_prices import OF_QUANTITY
from pricing.causes.meanwhile import TABLES, Meanwhile
from pricing.causes.prorations import Prorations
from pricing.causes.touched import Kinds, Touched

OF_OVERRIDES = frozenset({PriceOverridden.type, OverrideWithdrawn.type})


class Found(NamedTuple):
    """Why a price moved by itself; and those of its alterations that other lines moved."""

    alone: Kinds
    shared: Sequence[Altered] = ()


class Sides(NamedTuple):
    """A price of a line before and after, from a period on; what changed the line; its point, and if it had it."""

    item: Item
    then: Price | Phase
    now: Price | Phase
    first: int
    own: Kinds
    point: str
    same_point: bool

    @property
    def lasting_point(self) -> str | None:
        """The point, if the price had it before."""
        return self.point if self.same_point else None


class Alterations:
    """The causes of moves of alterations between two priced states of a cart."""

    def __init__(self, carts: tuple[Cart, Cart], facts: Facts, touched: Touched, meanwhile: Meanwhile) -> None:
        self._carts = carts
        self._facts = facts
        self._touched = touched
        self._meanwhile = meanwhile
        self._turned: dict[Altered, Kinds] = {}

    @cached_property
    def _prorations(self) -> Prorations:
        return Prorations(self._carts, self._facts, self._touched, self._meanwhile)

    def alike(self, then: Price | Phase, now: Price | Phase, point: str | None) -> Altered | None:
        """The first alteration that has another amount, if that can only be because of other lines; None: not known.

        So it nearly always is, of a line that nothing touched: it has its part of what promotions take off together.
        """
        if len(then.alterations) != len(now.alterations):
            return None
        found, before = None, ""
        for ours, theirs in zip(then.alterations, now.alterations, strict=True):
            of, source = theirs.id, theirs.source
            if ours.id != of or of == before or ours.source != source or source not in TABLES:
                return None  # or one of several benefits of a promotion, which come one after the other
            if ours.amount != theirs.amount:
                altered = source, of
                if self._touched.source(altered) or self._may_move(altered, point):
                    return None
                found = found or altered
            before = of
        return found

    def of(self, sides: Sides, causes: Kinds) -> Found:
        """What moved a price, by its alterations too: they are added to what moved its list price.

        What follows from something before it has no cause of its own.
        """
        ours, theirs = amounts(sides.then.alterations), amounts(sides.now.alterations)
        if ours == theirs:
            return Found(causes)
        shared = self._add_starts_and_ends(ours, theirs, sides, causes) if ours.keys() != theirs.keys() else []
        for altered, amount in ours.items():
            if theirs.get(altered, amount) != amount:
                if not (causes or shared):
                    causes |= self._of_first(altered, sides)
                    if not causes:
                        shared.append(altered)
                elif self._may_move(altered, sides.lasting_point) and not _follows(altered, sides):
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

    def _may_move(self, altered: Altered, point: str | None) -> bool:
        """Whether it may have another amount for its own sake, or because time passed."""
        meanwhile = self._meanwhile
        return altered[0] not in TABLES or meanwhile.is_renewed(altered) or meanwhile.counts_anew(altered, point)

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
        if self._meanwhile.is_changed(altered, sides.first):
            return {f"{source}-{CHANGED}"}
        return (
            self._meanwhile.of_first_period(self._touched)
            if self._meanwhile.counts_anew(altered, sides.lasting_point)
            else set()
        )

    def _of_terms(self, altered: Altered, what: str, sides: Sides) -> Kinds:
        """Why a line's own terms or time alter its price in another way, if its other prices are not why."""
        source, of = altered
        if source == PRORATION:
            return self._prorations.of(what, sides.then, sides.now, sides.point, same=sides.same_point)
        overridden = sides.own & OF_OVERRIDES if source == OVERRIDE else set()
        if source == OVERRIDE and what != CHANGED:
            dated = any(each.id == of and each.valid_for is not None for each in sides.item.overrides)
            return overridden or {f"{source}-{what}" if dated else self._meanwhile.unexplained}
        causes = overridden or self._touched.fields_of(sides.item.id, source) or self._touched.header(source)
        if source == CREDIT:
            return causes or ({BEGAN} if self._meanwhile.time_passed else set())
        return causes or {self._meanwhile.unexplained}


def _follows_from_price(altered: Altered, amount: int, what: str, sides: Sides) -> bool:
    """Whether an alteration is on one side only as the other list price leaves nothing of it, or has another point."""
    whole, other = sides.then.list_amount, sides.now.list_amount
    if what == STARTED:
        whole, other = other, whole
    if altered == PRORATED and not sides.same_point:
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
