"""Why a list price moved: the line's quantity, the choice of its point, other lines for common tiers, or facts."""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property

from facts.snapshot import Facts
from models.cart.cart import Cart, Item
from models.cart.price import Price
from models.catalog.price_point import PricePoint
from models.changes.item_changes import QuantityChanged
from models.changes.rule_changes import RuleApplied
from pricing.causes.codes import LISTED, POLICY
from pricing.causes.meanwhile import PRICES, Meanwhile
from pricing.causes.touched import AMOUNT, CHOICE, Kinds, Touched
from pricing.sheet.policies import policy_of
from pricing.sheet.ramps import in_stretch
from pricing.sheet.stretches import Calendar
from pricing.steps.list_prices import list_price
from pricing.steps.tiers import tier_amount

OF_QUANTITY = frozenset({QuantityChanged.type, RuleApplied.type})


class ListPrices:
    """The causes of moves of list prices between two priced states of a cart."""

    def __init__(self, carts: tuple[Cart, Cart], facts: Facts, touched: Touched, meanwhile: Meanwhile) -> None:
        self._carts = carts
        self._facts = facts
        self._touched = touched
        self._meanwhile = meanwhile

    def of_first(self, old: Item, new: Item, before: Price, after: Price) -> Kinds:
        """What changed a list price in the first period, if it changed."""
        causes: Kinds = set()
        same = before.id == after.id and before.unit_amount == after.unit_amount
        if old.quantity != new.quantity:
            own = self._touched.item(new.id)
            causes |= own & OF_QUANTITY or own
            point: PricePoint | None = self._facts.table(PRICES).get(after.id)
            if before.id == after.id and point is not None and after.kept is None and not same:
                policy = policy_of(self._carts[1], self._facts)
                point = in_stretch(point, Calendar()) if point.ramps else point
                same = list_price(point, old.quantity, policy) == (before.unit_amount, before.list_amount)
        elif before.list_amount != after.list_amount:
            same = False
        return causes if same else causes | self._of_point(old, new, before, after)

    def of_later(self, old: Item, new: Item, before: Price, after: Price) -> Kinds:
        """What changed a list price from a later period on, which changed."""
        own = self._touched.item(new.id)
        quantity = own & OF_QUANTITY if old.quantity != new.quantity else None
        return quantity or self._of_first_period(before, after) or self._of_point(old, new, before, after)

    def _of_first_period(self, before: Price, after: Price) -> Kinds:
        """What made a first period a whole one, or a cut one: an uplift that counts whole ones rises at other times."""
        same = before.id == after.id and before.unit_amount == after.unit_amount
        if not same or self._meanwhile.may_differ(PRICES, after.id):
            return set()
        then, now = (each is not None and each.is_cut for each in self._meanwhile.first_periods(after.id))
        if then == now:
            return set()
        return self._meanwhile.of_first_period(self._touched)

    def _of_point(self, old: Item, new: Item, before: Price, after: Price) -> Kinds:
        """What changed the list price, if not the line's quantity: the choice of its point, other lines, or facts."""
        if before.id != after.id or before.basis or after.basis:
            chosen = self._touched.fields_of(new.id, CHOICE) or self._of_row(old, new, before, after)
            return chosen or self._touched.header(CHOICE) or self._touched.header(AMOUNT) or {LISTED}
        explained = self._of_other_lines(before) or self._of_row(old, new, before, after)
        rounded = before.unit_amount == after.unit_amount and not self._meanwhile.may_differ(PRICES, after.id)
        return explained or self._touched.header(AMOUNT) or {POLICY if rounded else LISTED}

    def _of_row(self, old: Item, new: Item, before: Price, after: Price) -> Kinds:
        """What a row that states another unit price by now explains: the move, and if it is rounded anew, not all."""
        point: PricePoint | None = self._facts.table(PRICES).get(after.id)
        if before.id != after.id or point is None or not self._meanwhile.may_differ(PRICES, after.id):
            return set()
        if point.ramps or before.basis or after.basis:
            return {LISTED} if before.unit_amount != after.unit_amount else set()
        then, now = (policy_of(cart, self._facts) for cart in self._carts)
        if list_price(point, old.quantity, now)[0] == before.unit_amount:
            return set()
        anew = list_price(point, new.quantity, then)[1] != after.list_amount
        return {LISTED} | (self._touched.header(AMOUNT) if anew else set())

    def _of_other_lines(self, price: Price) -> Kinds:
        """What changed how many units reach a tier together, if the price point had these tiers before."""
        point: PricePoint | None = self._facts.table(PRICES).get(price.id)
        if point is None or not point.tiers_over_lines:
            return set()
        had_these = tier_amount(point, self._units_before[price.id]) == price.unit_amount
        return self._of_tariffs.get(price.id, set()) if had_these else set()

    @cached_property
    def _of_tariffs(self) -> Mapping[str, Kinds]:
        """The kinds of change that touch lines, by the ids of their prices."""
        found: dict[str, Kinds] = {}
        for item in (*self._carts[0].items, *self._carts[1].items):
            for kind in self._touched.item(item.id):
                for price in item.prices:
                    found.setdefault(price.id, set()).add(kind)
        return found

    @cached_property
    def _units_before(self) -> Mapping[str, int]:
        """The units of all lines by the ids of their prices, in the first state."""
        found: Counter[str] = Counter()
        for item in self._carts[0].items:
            for price in item.prices:
                found[price.id] += item.quantity
        return found
