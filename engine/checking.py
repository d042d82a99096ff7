"""What a command may not do to a cart: a refusal with the place in the command that each finding is about.

Rules and prices find fault with items. The place is where the change that touched the item came from; an item that came
by itself (the member of a bundle) is as good as the one that it hangs on.
"""

from collections.abc import Sequence
from dataclasses import replace

from cartwright.wire.refusals import ErrorCode, Problem, Refusal
from engine.amending import amended, takes_over
from engine.placing import place_of_quantity, places_in
from handlers.finding import gift_refusal
from handlers.needs import Context
from models.cart.cart import Cart, gifts_in
from models.changes.change import EVERYTHING, Change, evolve, touched
from pricing.sheet.keeping import LinesRefused
from rules.engine import Ruling, rule_on, tolerant
from rules.pairs import torn
from rules.rule import Finding


def checked(
    before: Cart, changes: tuple[Change, ...], context: Context, stated: frozenset[str] = frozenset()
) -> Ruling:
    """The ruling on these changes, of which the quantities of the items `stated` stay as they are.

    Raises `rule-broken`, `incompatible-items`, `already-owned`; `invalid` for gifts, and for quantities out of range.
    """
    facts, at = context.facts, context.at
    if takes_over(changes):
        return tolerant(evolve(before, changes), changes, facts, at)
    _leave_gifts_alone(before, changes)
    ruling = rule_on(before, changes, facts, at, stated)
    _leave_pairs_whole(before, ruling.cart, changes)
    if ruling.broken:
        first, place = ruling.broken[0], places_in(ruling.cart, changes)
        problems = [_problem(each, place(each.item_id), context) for each in ruling.broken]
        raise Refusal(first.code, first.message, details={"ruleId": first.rule_id}, problems=problems)
    further = amended(before, ruling.cart, ruling.changes)
    return (
        replace(ruling, cart=evolve(ruling.cart, further), changes=(*ruling.changes, *further)) if further else ruling
    )


def _problem(finding: Finding, place: str, context: Context) -> Problem:
    """The problem that a finding is, at its item's place; too many units are told where the command states how many."""
    if finding.too_many:
        return Problem(place_of_quantity(place, context.command.data.wire()), "out-of-range", finding.message)
    return Problem(place, finding.code.value, finding.message)


def located(refusal: Refusal, cart: Cart, changes: Sequence[Change]) -> Refusal:
    """A refusal of pricing, about items that its details name, with the places that made the changes."""
    if refusal.problems:
        return refusal
    found = refusal.each if isinstance(refusal, LinesRefused) else (refusal,)
    place = places_in(cart, changes)
    problems = {Problem(place(_item_id(each)), each.code.value, each.message): None for each in found}
    return Refusal(refusal.code, refusal.message, details=refusal.details, problems=list(problems))


def _item_id(refusal: Refusal) -> str:
    return str(refusal.details.get("itemId", ""))


def _leave_gifts_alone(before: Cart, changes: tuple[Change, ...]) -> None:
    """What a promotion gives comes and goes with the promotion; nothing can be done to it, or hang on it."""
    gifts = gifts_in(before.items) if before.pricing.promotions else []
    names = touched(changes) if gifts else frozenset()
    meant = [item for item in gifts if f"item:{item.id}" in names and EVERYTHING not in names]
    if meant:
        place = places_in(before, changes)
        raise Refusal.of([gift_refusal(item, place(item.id)) for item in meant])


def _leave_pairs_whole(before: Cart, after: Cart, changes: tuple[Change, ...]) -> None:
    """Of two lines that were swapped for each other none can be changed so that the other one is left alone."""
    halves = list(torn(before, after, changes))
    if halves:
        message = f"Item {halves[0]} is one of a swapped pair; change both, or remove them."
        place = places_in(before, changes)
        problems = [Problem(place(each), "swapped-pair", message) for each in halves]
        raise Refusal(ErrorCode.INVALID, message, problems=problems)
