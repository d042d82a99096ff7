"""Rules at work, after every command alike: first what they change, until they rest; then what is wrong.

A rule is never a trap: what was wrong before a command is a warning afterwards, unless the command makes it worse.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import MAX_QUANTITY
from facts.snapshot import Facts
from facts.validity import valid_at
from models.cart.cart import Cart
from models.cart.pricing_result import CartWarning
from models.changes.change import Change, evolve
from models.changes.item_changes import ItemAdded, ItemRemoved, QuantityChanged
from models.changes.rule_changes import RuleApplied
from models.value import value
from rules.bundles import BUNDLE, bundle_findings, bundle_reactions
from rules.contents import Contents, Move
from rules.rounds import Rounds
from rules.rule import Finding, Rule


@value(frozen=True, slots=True)
class Ruling:
    """A cart after a command and all that follows from it by rules; `broken` is what the command may not do."""

    cart: Cart
    changes: tuple[Change, ...]
    broken: tuple[Finding, ...] = ()
    warnings: tuple[CartWarning, ...] = ()


def rule_on(
    before: Cart, changes: Sequence[Change], facts: Facts, at: datetime, stated: frozenset[str] = frozenset()
) -> Ruling:
    """The ruling on these changes; raises `rule-broken` where rules never come to rest, `cart-too-large`.

    No rule changes the quantities of items `stated`, or of those that the changes add. Where one would set a quantity
    that is out of range, that alone is found.
    """
    after = evolve(before, changes)
    if not facts.table("rules") and not facts.bundles and not _may_carry(before, changes):
        return Ruling(after, tuple(changes))
    rules = _in_force(facts, at)
    old = Contents(before, facts, at)
    held = stated.union(each.item_id for each in changes if isinstance(each, ItemAdded))
    new, following, beyond = _react(Move(old, Contents(after, facts, at), held), rules)
    if beyond:
        return Ruling(new.cart, (*changes, *following), tuple(beyond))
    findings = _findings(new, rules)
    # Who the customer turns out to be (a login) makes nothing worse: the lines were there before.
    same_header = Contents(replace(before, header=new.cart.header), facts, at)
    known = {(each.rule_id, each.subject): each.excess for each in _findings(same_header, rules)} if findings else {}
    broken = [
        each for each in findings if not each.pending and each.excess > known.get((each.rule_id, each.subject), 0)
    ]
    tolerated = [each for each in findings if each not in broken]
    return Ruling(new.cart, (*changes, *following), tuple(broken), _warnings(tolerated))


def tolerant(cart: Cart, changes: Sequence[Change], facts: Facts, at: datetime) -> Ruling:
    """The ruling on a cart that these changes take over as it is: nothing follows, and what is wrong is a warning."""
    return Ruling(cart, tuple(changes), warnings=_warnings(standing_findings(cart, facts, at)))


def _warnings(findings: Iterable[Finding]) -> tuple[CartWarning, ...]:
    return tuple(CartWarning("rule-not-met", each.message) for each in findings)


def standing_findings(cart: Cart, facts: Facts, at: datetime) -> list[Finding]:
    """Everything that rules find wrong with a cart as it is, pending or not."""
    return _findings(Contents(cart, facts, at), _in_force(facts, at))


def _may_carry(before: Cart, changes: Sequence[Change]) -> bool:
    """Whether a quantity has changed that others may have to follow; asked of every command, so asked cheaply."""
    kinds = {type(each) for each in changes}
    changed = QuantityChanged in kinds or {ItemRemoved, ItemAdded} <= kinds
    return changed and any(item.parent_id is not None for item in before.items)


def _in_force(facts: Facts, at: datetime) -> list[Rule]:
    known: Mapping[str, Rule] = facts.table("rules")
    rules = [known[rule_id] for rule_id in sorted(known)]
    return [each for each in rules if each.lifecycle == "active" and valid_at(each.valid_for, at)]


def _findings(contents: Contents, rules: Iterable[Rule]) -> list[Finding]:
    return [*bundle_findings(contents), *(finding for rule in rules for finding in rule.findings(contents))]


def _react(move: Move, rules: Sequence[Rule]) -> tuple[Contents, list[Change], list[Finding]]:
    """Let the rules answer each other, round by round, until a whole round changes nothing, or a line has too many."""
    changes: list[Change] = []
    rounds = Rounds(move.after.cart)
    while True:
        applied = []
        for rule_id, reactions in _reactions(rules):
            after = move.after
            new = _bounded(reactions(move), after)
            if new:
                report = RuleApplied(rule_id=rule_id, item_ids=list(dict.fromkeys(map(_item_id, new))))
                changes += [*new, report]
                move = replace(move, after=Contents(evolve(after.cart, new), after.facts, after.at))
                if beyond := [*_too_many(rule_id, after.cart, move.after.cart)]:
                    return move.after, changes, beyond
                applied.append(rule_id)
        if not applied:
            return move.after, changes, []
        looping = rounds.looping(applied, move)
        if looping:
            message = f"The rules never come to rest: {', '.join(looping)} {'go' if looping[1:] else 'goes'} on."
            raise Refusal(ErrorCode.RULE_BROKEN, message, details={"ruleIds": looping})


def _too_many(rule_id: str, before: Cart, after: Cart) -> Iterator[Finding]:
    """Each line that got more units than any can have: found at what it hangs on, whose units brought them.

    A line that had too many before may lose some.
    """
    had = {item.id: item.quantity for item in before.items}
    for item in after.items:
        if item.quantity > max(MAX_QUANTITY, had.get(item.id, 0)):
            message = f"There would be {item.quantity} of {item.offering_id or item.id}; {MAX_QUANTITY} is the most."
            yield Finding(rule_id, item.id, ErrorCode.INVALID, message, item.parent_id, too_many=True)


def _bounded(reactions: Iterable[Change], contents: Contents) -> list[Change]:
    """The reactions, so long as those that add items leave the cart within its limit."""
    most = contents.facts.configuration.limits.items
    size = len(contents.cart.items)
    taken = []
    for each in reactions:
        size += isinstance(each, ItemAdded)
        if isinstance(each, ItemAdded) and size > most:
            raise Refusal(ErrorCode.CART_TOO_LARGE, f"Rules would add more items than the limit of {most}.")
        taken.append(each)
    return taken


def _reactions(rules: Iterable[Rule]) -> Iterator[tuple[str, Callable[[Move], Iterable[Change]]]]:
    yield BUNDLE, bundle_reactions
    for rule in rules:
        yield rule.id, rule.reactions


def _item_id(change: Change) -> str:
    return str(change.wire()["itemId"])
