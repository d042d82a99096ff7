"""Ordered lines of an amendment: they keep their prices until a command changes them; some can't be changed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cartwright.wire.lines import Action
from cartwright.wire.refusals import ErrorCode, Problem, Refusal
from engine.placing import places_in
from handlers.needs import Context
from models.cart.cart import Cart, Item
from models.cart.forms import Document
from models.changes.amendment_changes import AmendmentStarted
from models.changes.change import Change
from models.changes.item_changes import ItemAdded, ItemChanged, ItemRemoved, QuantityChanged
from models.changes.note_changes import NoteChange
from models.changes.override_changes import OverrideWithdrawn, PriceOverridden

KEEP: Action = "keep"
"""The action of a line that is as it was ordered."""
CHANGING = (ItemChanged, QuantityChanged, PriceOverridden, OverrideWithdrawn)
"""Changes after which a line is no longer as it was ordered."""
NOT_AMENDING = (*CHANGING, ItemRemoved, NoteChange)
"""Changes that no line past the point of no return takes. A note leaves any other as it was ordered."""


def takes_over(changes: Sequence[Change]) -> bool:
    """Whether the changes take an order over: then no rule adds anything to it."""
    return any(isinstance(each, AmendmentStarted) for each in changes)


def with_ordered_prices(cart: Cart, context: Context) -> Cart:
    """A new amendment with the prices of the order."""
    amendment = cart.amendment
    if amendment is None or cart.version:
        return cart
    ordered = {item.id: item.prices for item in context.fetched.carts[amendment.amends].items}
    return replace(cart, items=tuple(item.at(ordered[item.id]) for item in cart.items))


def amended(before: Cart, after: Cart, changes: Sequence[Change]) -> tuple[Change, ...]:
    """What else happens to an amendment: ordered lines that were changed are priced as of now from here on.

    Raises `item-not-amendable` for lines past the point of no return, `invalid` for another currency, and for lines
    that are to be kept though they were changed.
    """
    if before.amendment is None or (not after.items and not before.items):
        return ()
    if after.currency != before.currency:
        message = f"What was ordered in {before.currency} stays in it."
        raise Refusal.at("/data", ErrorCode.INVALID, message, "other-currency")
    ordered = {item.id: item for item in before.items if item.as_ordered}
    _check(ordered, before, changes)
    _check_kept(ordered, after, changes)
    return tuple(_changed(ordered, after, changes))


def _check(ordered: dict[str, Item], cart: Cart, changes: Sequence[Change]) -> None:
    meant = dict.fromkeys(each.item_id for each in changes if isinstance(each, NOT_AMENDING))
    fixed = [item_id for item_id in meant if item_id in ordered and ordered[item_id].fixed]
    if fixed:
        place, code = places_in(cart, changes), ErrorCode.ITEM_NOT_AMENDABLE
        problems = [Problem(place(each), code, f"Item {each} can't be changed any more.") for each in fixed]
        raise Refusal(code, problems[0].message, details={"itemIds": fixed}, problems=problems)


def _check_kept(ordered: dict[str, Item], cart: Cart, changes: Sequence[Change]) -> None:
    """Raise `invalid` for lines that are to be kept, and are no longer as they were ordered: their price is gone."""
    once = set(cart.amendment.ordered) - ordered.keys() if cart.amendment is not None else set()
    kept = dict.fromkeys(item_id for item_id, fields in _set_fields(changes) if fields.get("action") == KEEP)
    lost = [item_id for item_id in kept if item_id in once]
    if lost:
        place, code = places_in(cart, changes), "changed-since-ordered"
        problems = [Problem(place(each), code, f"Item {each} is no longer as it was ordered.") for each in lost]
        raise Refusal(ErrorCode.INVALID, problems[0].message, problems=problems)


def _set_fields(changes: Sequence[Change]) -> Iterator[tuple[str, Document]]:
    """The fields that the changes give to lines, by the id of the line."""
    for each in changes:
        if isinstance(each, ItemAdded):
            yield each.item_id, each.item
        elif isinstance(each, ItemChanged):
            yield each.item_id, each.after


def _changed(ordered: dict[str, Item], cart: Cart, changes: Sequence[Change]) -> Iterator[ItemChanged]:
    """One for each ordered line that is still there: to `modify`, unless the command says what is to be done."""
    named = dict.fromkeys(each.item_id for each in changes if isinstance(each, (*CHANGING, ItemAdded)))
    for item_id in named:
        item = cart.item(item_id)
        if item_id in ordered and item is not None:
            old: Document = {}
            new: Document = {}
            if item.as_ordered:
                old, new = {"asOrdered": True}, {"asOrdered": False}
            if item.action == KEEP:
                old, new = {**old, "action": KEEP}, {**new, "action": "modify"}
            if item.is_promised:
                old, new = {**old, "addedBy": item.added_by}, {**new, "addedBy": None}
            if new:
                yield ItemChanged(item_id=item_id, before=old, after=new)
