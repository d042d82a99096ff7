"""What a command may not do to a cart: a refusal with the place in the command that each finding is about."""

from datetime import datetime
from typing import Any

from cartwright.wire.command import Command
from cartwright.wire.refusals import ErrorCode, Problem, Refusal, pointer
from facts.snapshot import Facts
from models.cart.cart import Cart, Item
from models.changes.change import EVERYTHING, Change, touched
from rules.engine import Ruling, rule_on


def checked(before: Cart, changes: tuple[Change, ...], command: Command[Any], facts: Facts, at: datetime) -> Ruling:
    """The ruling on these changes; raises `rule-broken`, `incompatible-items`, `already-owned`; for gifts `invalid`."""
    _leave_gifts_alone(before, changes, command.data)
    ruling = rule_on(before, changes, facts, at)
    if ruling.broken:
        first = ruling.broken[0]
        problems = [
            Problem(_where(ruling.cart.item(each.item_id or ""), command.data), each.code.value, each.message)
            for each in ruling.broken
        ]
        raise Refusal(first.code, first.message, details={"ruleId": first.rule_id}, problems=problems)
    return ruling


def located(refusal: Refusal, cart: Cart, data: Any) -> Refusal:
    """A refusal of pricing, about an item that its details name, with the place in the command."""
    if refusal.problems:
        return refusal
    where = _where(cart.item(str(refusal.details.get("itemId", ""))), data)
    problem = Problem(where, refusal.code.value, refusal.message)
    return Refusal(refusal.code, refusal.message, details=refusal.details, problems=[problem])


def _leave_gifts_alone(before: Cart, changes: tuple[Change, ...], data: Any) -> None:
    """What a promotion gives comes and goes with the promotion; nothing can be done to it, or hang on it."""
    gifts = [item for item in before.items if item.is_gift] if before.pricing.promotions else []
    names = touched(changes) if gifts else frozenset()
    meant = [item for item in gifts if f"item:{item.id}" in names and EVERYTHING not in names]
    if meant:
        message = f"Item {meant[0].id} comes from {meant[0].added_by}, and goes with it."
        problems = [Problem(_where(item, data), "gift", message) for item in meant]
        raise Refusal(ErrorCode.INVALID, message, problems=problems)


def _where(item: Item | None, data: Any) -> str:
    """The first part of the command that names the item, by its id or its offering."""
    if item is None:
        return "/data"
    for field in ("items", "products"):
        for index, given in enumerate(getattr(data, field, ())):
            names = {getattr(given, "id", None), getattr(given, "offering_id", None)} - {None}
            if names & {item.id, item.offering_id}:
                return pointer("data", field, index)
            if item.id == getattr(given, "parent_id", None):
                return pointer("data", field, index, "parentId")
    named = getattr(data, "item_ids", [])
    if item.id in named:
        return pointer("data", "itemIds", named.index(item.id))
    return "/data/itemId" if item.id == getattr(data, "item_id", None) else "/data"
