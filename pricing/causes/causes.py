"""Why an amount moved, from what differs about it: the changes that led there, or facts and time (`because`).

A change is a cause where it touches what differs; one of the cart's header only where prices read its fields. A line
may also move with others, for an amount is spread over all of them: then the causes are those of the others. What only
follows from something that moved before it has no cause of its own; what nothing explains is the doing of the policy,
or of a price's row where only that may be another one.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from cartwright.wire.policy import TaxLevel
from facts.snapshot import Facts
from models.cart.cart import Cart, Item
from models.cart.price import Phase, Price, all_phases, in_period
from models.changes.change import Change
from pricing.causes.alterations import Alterations, Found, Sides
from pricing.causes.codes import CHANGED, LISTED, TAXED
from pricing.causes.comparing import Altered, exempted, levied_alike, taxed_alike
from pricing.causes.list_prices import ListPrices
from pricing.causes.meanwhile import PRICES, TAXES, Meanwhile
from pricing.causes.price_rows import shows_another_row
from pricing.causes.touched import AMOUNT, CHOICE, TAX, Kinds, Touched
from pricing.sheet.policies import policy_of


class Causes:
    """The causes of all moves between two priced states of a cart."""

    def __init__(self, before: Cart, after: Cart, changes: Sequence[Change], facts: Facts) -> None:
        self._before = {item.id: item for item in before.items}
        self._after = {item.id: item for item in after.items}
        self._carts = before, after
        self._touched = Touched(changes)
        self._meanwhile = Meanwhile(before, after, facts)
        self._list_prices = ListPrices(self._carts, facts, self._touched, self._meanwhile)
        self._alterations = Alterations(self._carts, facts, self._touched, self._meanwhile)
        self._facts = facts
        self._of_totals: dict[tuple[str, str | None], Kinds] = {}
        self._found: dict[tuple[str, str, str | None, int], Found] = {}
        self._of_shared: dict[Altered, Kinds] = {}

    @cached_property
    def _at_first_hand(self) -> Mapping[Altered | None, Kinds]:
        """What moved prices by itself, by the alterations that these bear; under None, what moved any."""
        found: dict[Altered | None, Kinds] = {None: set()}
        for item_id in {**self._before, **self._after}:
            old, new = self._before.get(item_id), self._after.get(item_id)
            if old is None or new is None or old.prices is not new.prices:
                for bears, causes in self._moved(item_id, old, new):
                    for name in (None, *bears):
                        found.setdefault(name, set()).update(causes)
        return found

    def _moved(self, item_id: str, old: Item | None, new: Item | None) -> Iterator[tuple[set[Altered], Kinds]]:
        """For each price of a line that something moved by itself: what alters it, before or after, and that."""
        prices: dict[tuple[str, str | None], list[Price]] = {}
        for item in (old, new):
            for price in () if item is None else item.prices:
                prices.setdefault((price.type, price.period), []).append(price)
        for (kind, period), sides in prices.items():
            if old is None or new is None:
                causes = self._touched.item(item_id)
            else:
                causes = self._of_prices(old, new, kind, period, 1).alone
                for first in {phase.from_period for price in sides for phase in price.later}:
                    causes = causes | self._of_prices(old, new, kind, period, first).alone
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
        causes = causes or self._touched.contents or {self._meanwhile.unexplained}
        self._of_totals.setdefault((kind, period), set()).update(causes)
        return sorted(causes)

    def of_total(self, kind: str, period: str | None) -> list[str]:
        """Why a total moved: the causes of all moves of its lines."""
        return sorted(self._of_totals.get((kind, period)) or self._touched.contents or {self._meanwhile.unexplained})

    @cached_property
    def _of_rounding(self) -> Kinds:
        """Why amounts are rounded in another way: by the policy, or with those of other lines if that is the policy."""
        causes = self._touched.header(AMOUNT) | self._touched.header(TAX)
        if not causes and policy_of(self._carts[1], self._facts).tax_level is TaxLevel.GROUP:
            causes = self._at_first_hand[None] or self._touched.contents
        return causes or {self._meanwhile.unexplained}

    def _of_prices(self, old: Item, new: Item, kind: str, period: str | None, first: int) -> Found:
        """Why a price moved from a period on; looked for once."""
        key = new.id, kind, period, first
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._search(old, new, kind, period, first)
        return found

    def _search(self, old: Item, new: Item, kind: str, period: str | None, first: int) -> Found:
        before, after = _price(old, kind, period), _price(new, kind, period)
        if before is None or after is None:
            return Found(self._touched.fields_of(new.id, CHOICE) or self._touched.header(CHOICE) or {LISTED})
        if first > 1:
            then, now = in_period(before, first), in_period(after, first)
            causes = set[str]()
            if then.list_amount != now.list_amount:
                causes |= self._list_prices.of_later(old, new, before, after)
        else:
            then, now = before, after
            causes = self._list_prices.of_first(old, new, before, after)
        shared: Sequence[Altered] = ()
        own = self._touched.item(new.id)
        same = before.id == after.id
        alike = None if causes or own else self._alterations.alike(then, now, after.id if same else None)
        if alike is not None:
            shared = (alike,)
        elif then.alterations != now.alterations:
            causes, shared = self._alterations.of(Sides(new, then, now, first, own, after.id, same), causes)
        causes |= self._of_taxes(old, new, then, now)
        if LISTED not in causes and before.id == after.id and self._meanwhile.may_differ(PRICES, after.id):
            anew = shows_another_row(old, (before, after), (then, now), self._facts)
            causes = causes | {LISTED} if anew else causes
        return Found(causes, shared)

    def _of_taxes(self, old: Item, new: Item, before: Price | Phase, after: Price | Phase) -> Kinds:
        if taxed_alike(before, after):
            return {TAXED} if self._is_levied_anew(max(old.quantity, new.quantity), before, after) else set()
        ours, theirs = ({tax.id: tax.rate for tax in side.taxes} for side in (before, after))
        if ours != theirs or exempted(before, after, max(old.quantity, new.quantity)):
            same_taxes = ours.keys() == theirs.keys() and ours != theirs
            asked = self._touched.fields_of(new.id, TAX) | self._touched.header(TAX)
            return {TAXED} if same_taxes else asked or {TAXED}
        return set()

    def _is_levied_anew(self, units: int, before: Price | Phase, after: Price | Phase) -> bool:
        """Whether a tax whose row may be another one is another part of the price, although its rate is the same."""
        renewed = [tax.id for tax in after.taxes if self._meanwhile.may_differ(TAXES, tax.id)]
        if not renewed:  # by far the most frequent
            return False
        by_unit = policy_of(self._carts[1], self._facts).tax_level is TaxLevel.UNIT
        return not all(levied_alike(tax, before, after, units if by_unit else 1) for tax in renewed)

    def _of_others(self, altered: Altered) -> Kinds:
        """What moved an alteration that is shared out, on other lines; looked for once."""
        causes = self._of_shared.get(altered)
        if causes is None:
            source, moved = altered[0], self._at_first_hand
            causes = moved.get(altered) or moved[None] or self._touched.header(source) or self._touched.contents
            if not causes:
                causes = {f"{source}-{CHANGED}" if self._meanwhile.is_renewed(altered) else self._meanwhile.unexplained}
            self._of_shared[altered] = causes
        return causes


def _price(item: Item, kind: str, period: str | None) -> Price | None:
    for each in item.prices:
        if each.type == kind and each.period == period:
            return each
    return None
