"""What rules say of a command: a refusal with the place in the command that each finding is about."""

from datetime import datetime
from typing import Any

from cartwright.models.cart import Cart
from cartwright.models.changes import Change
from cartwright.models.command import Command
from cartwright.models.refusals import Problem, Refusal, pointer
from cartwright.pricing.facts import Facts
from cartwright.pricing.rule import Finding
from cartwright.rules.engine import Ruling, rule_on


def checked(before: Cart, changes: tuple[Change, ...], command: Command[Any], facts: Facts, at: datetime) -> Ruling:
    """The ruling on these changes; raises `rule-broken`, `incompatible-items` or `already-owned`."""
    ruling = rule_on(before, changes, facts, at)
    if ruling.broken:
        first = ruling.broken[0]
        problems = [
            Problem(_where(each, ruling.cart, command.data), each.code.value, each.message) for each in ruling.broken
        ]
        raise Refusal(first.code, first.message, details={"ruleId": first.rule_id}, problems=problems)
    return ruling


def _where(finding: Finding, cart: Cart, data: Any) -> str:
    """The first part of the command that names the item, by its id or its offering."""
    item = cart.item(finding.item_id) if finding.item_id is not None else None
    if item is not None:
        for field in ("items", "products"):
            for index, given in enumerate(getattr(data, field, ())):
                names = {getattr(given, "id", None), getattr(given, "offering_id", None)} - {None}
                if names & {item.id, item.offering_id}:
                    return pointer("data", field, index)
    return "/data"
