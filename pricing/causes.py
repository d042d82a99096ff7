"""Why an amount moved, from what differs about it: the changes that led there, or facts and time (`because`).

A change is a cause where it touches what differs; one of the cart's header only where prices read its fields. A line
may also move with others, for an amount is spread over all of them: then the causes are those of the others.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from facts.snapshot import Facts
from models.cart.cart import Cart, Item
from models.cart.keys import AGREEMENT_ID
from models.cart.price import Alteration, Phase, Price, all_phases, in_period
from models.cart.sources import CREDIT, PLAN, PROMOTION, PRORATION, TRIAL, VOUCHER
from models.catalog.price_point import PricePoint
from models.changes.cart_changes import HeaderChanged
from models.changes.change import EVERYTHING, Change
from models.changes.item_changes import QuantityChanged
from models.changes.rule_changes import RuleApplied
from pricing.arithmetic.comparing import exempted, taxed_alike
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
OF_TIME = frozenset({PRORATION, CREDIT, PLAN, TRIAL})
"""Sources of alterations that move as time goes by."""
OF_QUANTITY = frozenset({QuantityChanged.type, RuleApplied.type})
OF_CONTENTS = ("item:", "container:", "promotion:", "voucher:", "merged:")
"""What the names begin with of all that prices depend on, but for the header."""
CHOICE = "choice"
AMOUNT = "amount"
TAX = "tax"
CIRCUMSTANCES = frozenset(
    {"channel", "place", "marketSegment", "customer.id", "customer.userType", f"keys.{AGREEMENT_ID}"}
)
READ: Mapping[str, frozenset[str]] = {
    CHOICE: CIRCUMSTANCES | {"currency", "forcedCurrency"},
    AMOUNT: frozenset({"pricingPolicy"}),
    TAX: CIRCUMSTANCES | {"country"},
    PROMOTION: CIRCUMSTANCES
    | {"country", "currency", "forcedCurrency", "flags", "keys", "blockDiscounts", "pricingPolicy"},
    VOUCHER: frozenset({"blockDiscounts", "pricingPolicy"}),
    PRORATION: frozenset({"billCycleDay", "pricingPolicy"}),
}
"""Which fields of the header decide on what: the price point, its amount, the taxes, and sources of alterations.

A source that is not here reads what the amount reads.
"""
TABLES = {PROMOTION: "promotions", VOUCHER: "vouchers"}
"""The table of facts that holds the rows of each source of alterations."""
Kinds = set[str]
Altered = tuple[str, str]
"""An alteration by its source and id."""


class Found(NamedTuple):
    """Why a price moved by itself; and the alteration that other lines moved, with why it moved besides."""

    alone: Kinds
    shared: Altered | None
    besides: Kinds


class Causes:
    """The causes of all moves between two priced states of a cart."""

    def __init__(self, before: Cart, after: Cart, changes: Sequence[Change], facts: Facts) -> None:
        self._before = {item.id: item for item in before.items}
        self._after = {item.id: item for item in after.items}
        self._carts = before, after
        self._changes = changes
        self._facts = facts
        self._of_totals: dict[tuple[str, str | None], Kinds] = {}
        self._found: dict[tuple[str, str, str | None, int], Found] = {}

    @cached_property
    def _all(self) -> Kinds:
        """The kinds of change that any amount may depend on, for amounts may be rounded together."""
        names = [name for name in self._by_name if name.startswith(OF_CONTENTS)]
        return {kind for name in names for kind in self._by_name[name]} | self._of_header(AMOUNT)

    @cached_property
    def _by_name(self) -> Mapping[str, Kinds]:
        """The kinds of change by what they touch."""
        found: dict[str, Kinds] = {}
        for each in self._changes:
            for name in (*each.touches(), *_parts(each)):
                found.setdefault(name, set()).add(each.type)
        return found

    def _of_header(self, what: str) -> Kinds:
        """The kinds of change that are about the cart as a whole, and about something that decides on this."""
        names = [EVERYTHING, *(f"header:{name}" for name in READ.get(what, READ[AMOUNT]))]
        return {kind for name in names for kind in self._by_name.get(name, ())}

    @cached_property
    def _of_tariffs(self) -> Mapping[str, Kinds]:
        """The kinds of change that touch lines, by the ids of their prices."""
        found: dict[str, Kinds] = {}
        for item in (*self._before.values(), *self._after.values()):
            for kind in self._by_name.get(f"item:{item.id}", ()):
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
        own = self._by_name.get(f"item:{item_id}", set())
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
            causes = self._by_name.get(f"item:{item_id}") or self._of_header(CHOICE) | self._all
        else:
            found = self._of_prices(old, new, kind, period, first)
            causes = found.alone if found.shared is None else found.besides | self._of_others(found.shared)
        causes = causes or self._all or {POLICY}
        self._of_totals.setdefault((kind, period), set()).update(causes)
        return sorted(causes)

    def of_total(self, kind: str, period: str | None) -> list[str]:
        """Why a total moved: the causes of all moves of its lines."""
        return sorted(self._of_totals.get((kind, period)) or self._all or {POLICY})

    def _of_prices(self, old: Item, new: Item, kind: str, period: str | None, first: int) -> Found:
        """Why a price moved from a period on; looked for once."""
        key = new.id, kind, period, first
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._search(old, new, kind, period, first)
        return found

    def _search(self, old: Item, new: Item, kind: str, period: str | None, first: int) -> Found:
        before, after = _price(old, kind, period), _price(new, kind, period)
        own = self._by_name.get(f"item:{new.id}", set())
        if before is None or after is None:
            causes = own or self._of_header(CHOICE) or {LISTED}
            return Found(causes, None, causes)
        if first > 1:
            then, now = in_period(before, first), in_period(after, first)
            listed = {LISTED} if then.list_amount != now.list_amount else set()
        else:
            then, now = before, after
            listed = self._of_list_price(old, new, before, after, own)
        ours, theirs = _amounts(then.alterations), _amounts(now.alterations)
        causes, shared = listed | self._of_alterations(ours, theirs, own), None
        if not causes:
            causes, shared = self._of_amounts(ours, theirs, own, first)
        causes = causes | self._of_taxes(then, now, max(old.quantity, new.quantity))
        listed_anew = not causes and first == 1 and _contains_tax(before) != _contains_tax(after)
        return Found({LISTED} if listed_anew else causes, shared, causes)

    def _of_taxes(self, before: Price | Phase, after: Price | Phase, units: int) -> Kinds:
        if taxed_alike(before, after):
            return set()
        ours, theirs = ({tax.id: tax.rate for tax in side.taxes} for side in (before, after))
        if ours != theirs or exempted(before, after, units):
            same_taxes = ours.keys() == theirs.keys() and ours != theirs
            return {TAXED} if same_taxes else self._of_header(TAX) or {TAXED}
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
            if before.id != after.id or before.basis or after.basis:
                causes |= own - OF_QUANTITY or self._of_header(CHOICE) or self._of_header(AMOUNT) or {LISTED}
            else:
                causes |= self._of_other_lines(before) or self._of_header(AMOUNT) or {LISTED}
        return causes

    def _of_other_lines(self, price: Price) -> Kinds:
        """What changed how many units reach a tier together, if the price point had these tiers before."""
        point: PricePoint | None = self._facts.table("prices").get(price.id)
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

    def _is_changed(self, source: str, of: str, first: int) -> bool:
        """Whether a row came to the catalog since the first state was priced, and takes another amount off the cart.

        What is only shared out in another way is no reason to say that the row changed.
        """
        if self._facts.since.get(TABLES[source], {}).get(of, 0) <= self._carts[0].pricing.stamp.catalog_revision:
            return False
        before, after = (
            sum(_amounts(in_period(total, first).alterations).get((source, of), 0) for total in cart.pricing.totals)
            for cart in self._carts
        )
        return before != after

    def _of_alterations(self, ours: Mapping[Altered, int], theirs: Mapping[Altered, int], own: Kinds) -> Kinds:
        """What began or ceased to alter the price."""
        causes: Kinds = set()
        if ours.keys() != theirs.keys():
            for source, of in ours.keys() ^ theirs.keys():
                causes |= self._of_source(source, of, own, "started" if (source, of) in theirs else "ended")
        return causes

    def _of_amounts(
        self, ours: Mapping[Altered, int], theirs: Mapping[Altered, int], own: Kinds, first: int
    ) -> tuple[Kinds, Altered | None]:
        """Why an alteration has another amount; or which has, if it is shared out and another line may be why.

        Of the first that does, for others follow from it.
        """
        differing = next((key for key, amount in ours.items() if theirs.get(key, amount) != amount), None)
        if differing is None:
            return set(), None
        source, of = differing
        if own or source not in TABLES:
            return self._of_source(source, of, own, "changed"), None
        asked = self._by_name.get(f"{source}:{of}")
        if asked:
            return asked, None
        if self._is_changed(source, of, first):
            return {f"{source}-changed"}, None
        return set(), differing

    def _of_others(self, altered: Altered) -> Kinds:
        """What moved an alteration that is shared out, on other lines."""
        source, moved = altered[0], self._at_first_hand
        return moved.get(altered) or moved[None] or self._of_header(source) or self._all or {f"{source}-changed"}

    def _of_source(self, source: str, of: str, own: Kinds, what: str) -> Kinds:
        asked = self._by_name.get(f"{source}:{of}")
        if asked:
            return asked
        if source == PROMOTION and what != "changed":
            return {f"{PROMOTION}-{what}"}
        return own or self._of_header(source) or {BEGAN if source in OF_TIME else f"{source}-changed"}


def _parts(change: Change) -> Iterator[str]:
    """The parts of fields of the header that a change is about, as `header:<field>.<part>`."""
    if isinstance(change, HeaderChanged):
        for name, after in change.after.items():
            ours, theirs = (each if isinstance(each, dict) else {} for each in (change.before.get(name), after))
            for part in ours.keys() | theirs.keys():
                if ours.get(part) != theirs.get(part):
                    yield f"header:{name}.{part}"


def _price(item: Item, kind: str, period: str | None) -> Price | None:
    for each in item.prices:
        if each.type == kind and each.period == period:
            return each
    return None


def _amounts(alterations: Iterable[Alteration]) -> dict[Altered, int]:
    found: dict[Altered, int] = {}
    for each in alterations:
        found[each.source, each.id] = found.get((each.source, each.id), 0) + each.amount
    return found


def _contains_tax(price: Price) -> bool:
    return bool(price.tax) and price.list_amount + sum([each.amount for each in price.alterations]) == price.gross
