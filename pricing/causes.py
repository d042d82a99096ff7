"""Why an amount moved, from what differs about it: the changes that led there, or facts and time (`because`).

A change is a cause where it touches what differs. A line that a command does not touch may still move with it, for an
amount is spread over other lines now; then the changes are the cause, unless something else about the line differs.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from facts.snapshot import Facts
from models.cart.cart import Cart, Item
from models.cart.price import Alteration, Phase, Price, TaxLine, in_period
from models.catalog.rows import PricePoint
from models.changes.change import EVERYTHING, Change
from models.changes.item_changes import QuantityChanged
from models.changes.rule_changes import RuleApplied
from pricing.sheet.policies import policy_of
from pricing.sheet.ramps import in_stretch
from pricing.sheet.stretches import Calendar
from pricing.sheet.worksheet import PROMOTION
from pricing.steps.list_prices import list_price

LISTED = "list-price-changed"
TAXED = "tax-changed"
BEGAN = "period-began"
"""A first period is another part of its cycle by now, or less of a paid one is left."""
POLICY = "policy-changed"
OF_TIME = frozenset({"proration", "credit", "discount-plan", "trial"})
"""Sources of alterations that move as time goes by."""
OF_QUANTITY = frozenset({QuantityChanged.type, RuleApplied.type})
Kinds = set[str]


class Causes:
    """The causes of all moves between two priced states of a cart."""

    def __init__(self, before: Cart, after: Cart, changes: Sequence[Change], facts: Facts) -> None:
        self._before = {item.id: item for item in before.items}
        self._after = {item.id: item for item in after.items}
        self._carts = before, after
        self._changes = changes
        self._facts = facts
        self._of_totals: dict[tuple[str, str | None], Kinds] = {}

    @cached_property
    def _all(self) -> Kinds:
        return {each.type for each in self._changes}

    @cached_property
    def _by_name(self) -> Mapping[str, Kinds]:
        """The kinds of change by what they touch."""
        found: dict[str, Kinds] = {}
        for each in self._changes:
            for name in each.touches():
                found.setdefault(name, set()).add(each.type)
        return found

    @cached_property
    def _everywhere(self) -> Kinds:
        """The kinds of change that are about the cart as a whole."""
        names = [name for name in self._by_name if name == EVERYTHING or name.startswith("header:")]
        return {kind for name in names for kind in self._by_name[name]}

    def of_line(self, item_id: str | None, kind: str, period: str | None, first: int) -> list[str]:
        """Why the price of one line moved, from its period `first` on; asked for each that did, before the totals."""
        old, new = self._before.get(item_id or ""), self._after.get(item_id or "")
        if old is None or new is None or self._carts[0].currency != self._carts[1].currency:
            causes = self._by_name.get(f"item:{item_id}") or self._all
        else:
            causes = self._of_prices(old, new, kind, period, first)
        causes = causes or self._all or {POLICY}
        self._of_totals.setdefault((kind, period), set()).update(causes)
        return sorted(causes)

    def of_total(self, kind: str, period: str | None) -> list[str]:
        """Why a total moved: the causes of all moves of its lines."""
        return sorted(self._of_totals.get((kind, period)) or self._all or {POLICY})

    def _of_prices(self, old: Item, new: Item, kind: str, period: str | None, first: int) -> Kinds:
        before, after = _price(old, kind, period), _price(new, kind, period)
        own = self._by_name.get(f"item:{new.id}", set())
        if before is None or after is None:
            return own or self._everywhere or {LISTED}
        if first > 1:
            return self._of_phases(in_period(before, first), in_period(after, first), own)
        listed = self._of_list_price(old, new, before, after, own)
        causes = listed | self._of_alterations(before, after, own, moved=bool(listed))
        causes |= self._of_taxes(before, after)
        if not causes and _contains_tax(before) != _contains_tax(after):
            causes |= {LISTED}
        return causes

    def _of_phases(self, before: Price | Phase, after: Price | Phase, own: Kinds) -> Kinds:
        """Why a later period moved, although the first did not."""
        listed = {LISTED} if before.list_amount != after.list_amount else set()
        return listed | self._of_alterations(before, after, own, moved=bool(listed)) | self._of_taxes(before, after)

    def _of_taxes(self, before: Price | Phase, after: Price | Phase) -> Kinds:
        if [_rate(tax) for tax in before.taxes] != [_rate(tax) for tax in after.taxes] or _exempted(before, after):
            return self._everywhere or {TAXED}
        return set()

    def _of_list_price(self, old: Item, new: Item, before: Price, after: Price, own: Kinds) -> Kinds:
        """What changed the list price, if it changed."""
        causes: Kinds = set()
        same = before.id == after.id and before.unit_amount == after.unit_amount
        if old.quantity != new.quantity:
            causes |= own & OF_QUANTITY or own
            point: PricePoint | None = self._facts.table("prices").get(after.id)
            if before.id == after.id and point is not None and after.kept is None and not same:
                policy = policy_of(self._carts[1], self._facts)
                point = in_stretch(point, Calendar()) if point.ramps else point
                same = list_price(point, old.quantity, policy) == (before.unit_amount, before.list_amount)
        elif before.list_amount != after.list_amount:
            same = False
        if not same:
            asked = own - OF_QUANTITY if before.id != after.id or before.basis or after.basis else set()
            causes |= asked or self._everywhere or {LISTED}
        return causes

    def _of_alterations(self, before: Price | Phase, after: Price | Phase, own: Kinds, *, moved: bool) -> Kinds:
        """What began or ceased to alter the price; if nothing else differs, what alters it by another amount."""
        ours, theirs = _amounts(before.alterations), _amounts(after.alterations)
        causes: Kinds = set()
        for source, of in ours.keys() ^ theirs.keys():
            causes |= self._of_source(source, of, own, "started" if (source, of) in theirs else "ended")
        if not causes and not moved:
            for (source, of), amount in ours.items():
                if theirs[source, of] != amount:
                    causes |= self._of_source(source, of, own or self._all, "changed")
        return causes

    def _of_source(self, source: str, of: str, own: Kinds, what: str) -> Kinds:
        asked = self._by_name.get(f"{source}:{of}")
        if asked:
            return asked
        if source == PROMOTION and what != "changed":
            return {f"{PROMOTION}-{what}"}
        if source in OF_TIME:
            return own or self._everywhere or {BEGAN}
        return own or self._everywhere or {f"{source}-changed"}


def _price(item: Item, kind: str, period: str | None) -> Price | None:
    return next((each for each in item.prices if (each.type, each.period) == (kind, period)), None)


def _amounts(alterations: Iterable[Alteration]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for each in alterations:
        found[each.source, each.id] = found.get((each.source, each.id), 0) + each.amount
    return found


def _rate(tax: TaxLine) -> tuple[str, str]:
    return tax.id, tax.rate


def _exempted(before: Price | Phase, after: Price | Phase) -> bool:
    """Whether a tax is owed on one side only, of a price that costs something on both."""
    pairs = zip(before.taxes, after.taxes, strict=False)
    return bool(before.net and after.net) and any((not old.amount) != (not new.amount) for old, new in pairs)


def _contains_tax(price: Price) -> bool:
    return bool(price.tax) and price.list_amount + sum([each.amount for each in price.alterations]) == price.gross
