"""What a call moved: prices of items that were there before, and items that rules added, removed or replaced."""

from collections.abc import Iterable, Sequence

from dialects.dialect import CallOutcome
from dialects.telco.rendering.prices import PriceList, price_change
from dialects.telco.rendering.sums import NOTHING, Kind, Sum, sums
from models.cart.cart import Item
from models.cart.forms import Document
from models.changes.item_changes import ItemAdded, ItemRemoved
from models.changes.rule_changes import RuleApplied

Differences = dict[Kind, Sum]


class Moved:
    """By how much the prices of each item moved that the cart had before the call and still has."""

    def __init__(self, outcome: CallOutcome, prices: PriceList) -> None:
        self._prices = prices
        self._of_item: dict[str, Differences] = {}
        named = {each["itemId"] for each in outcome.price_changes if each["scope"] == "item"}
        before = outcome.before
        if before is None or outcome.cart is None or before.currency != outcome.cart.currency:
            return
        there = [item for item in before.items if item.id in named and item.id in prices.of_item]
        if not there:
            return
        old = PriceList(before, outcome.facts, there)
        for item_id, prices_before in old.of_item.items():
            self._of_item[item_id] = _differences(sums(prices_before), sums(prices.of_item[item_id]))

    def among(self, items: Iterable[Item]) -> list[Document]:
        """`itemPriceChanged` of an item, of a container, of the cart: the sum over these items."""
        found: Differences = {}
        for item in items:
            for kind, difference in self._of_item.get(item.id, {}).items():
                found[kind] = found.get(kind, NOTHING) + difference
        return [price_change(kind, difference, self._prices) for kind, difference in found.items()]


def _differences(old: dict[Kind, Sum], new: dict[Kind, Sum]) -> Differences:
    found = {kind: new.get(kind, NOTHING) - old.get(kind, NOTHING) for kind in {**old, **new}}
    return {kind: difference for kind, difference in found.items() if difference != NOTHING}


class ChangedByRules:
    """What rules did to the items of each container, as the document groups it."""

    def __init__(self, outcome: CallOutcome) -> None:
        self._added: dict[str, Document] = {}
        self._removed: dict[str, Document] = {}
        self._rules: list[Sequence[str]] = []
        for change in outcome.changes:
            if change["type"] == ItemAdded.type:
                self._added[change["itemId"]] = change["item"]
            elif change["type"] == ItemRemoved.type:
                self._removed[change["itemId"]] = change
            elif change["type"] == RuleApplied.type:
                self._rules.append(change["itemIds"])
        before = outcome.before.items if outcome.before is not None else ()
        self._places = {item.id: item.container_id for item in before}
        self._places |= {item_id: item.get("containerId") for item_id, item in self._added.items()}

    def of(self, container_id: str | None) -> Document:
        """`changedItemsBySCRule`; a rule that removed and added replaced what it removed."""
        found: Document = {"added": [], "removed": [], "replaced": []}
        for item_ids in self._rules:
            here = [each for each in item_ids if self._places.get(each) == container_id]
            added = [_named(each, self._added[each]) for each in here if each in self._added]
            removed = [_named(each, self._removed[each]) for each in here if each in self._removed]
            if added and removed:
                found["replaced"].append({"replacedBy": added, "replacedWith": removed})
            else:
                found["added"] += added
                found["removed"] += removed
        return found


def _named(item_id: str, change: Document) -> Document:
    return {"cartItemId": item_id, "productOfferingId": change.get("offeringId")}
