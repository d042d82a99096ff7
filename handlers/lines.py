"""What commands that change lines share: fields are set as far as they differ, and every line hangs where it can.

All problems of a line are found in one pass.
"""

from collections.abc import Iterator, Mapping

from pydantic import JsonValue, TypeAdapter

from cartwright.wire.extensions import MAX_OF_ITEM
from cartwright.wire.notes import NewNote, NewNotes
from cartwright.wire.refusals import ErrorCode, Refusal, pointer
from handlers.differing import differing
from handlers.extensions import outgrown, with_extensions
from handlers.finding import nothing_named
from handlers.needs import Context
from handlers.notes import written_notes
from models.cart.cart import Cart, Item
from models.cart.item_fields import read_item, write_item
from models.changes.item_changes import ItemChanged, QuantityChanged
from models.changes.stated import QuantityStated
from rules.nesting import MAX_DEPTH, depths, in_circles
from rules.offerings import check_characteristics, sellable_offering

_NOTES: TypeAdapter[list[NewNote]] = TypeAdapter(NewNotes)
Place = tuple[str | int, ...]
"""Where in the command's data something is, as the parts of a JSON Pointer."""
QUANTITY = "quantity"
LineChange = QuantityChanged | ItemChanged | QuantityStated
"""What can happen to a line that stays, and that its quantity is stated."""


def line_changes(
    cart: Cart, item: Item, given: Mapping[str, JsonValue], context: Context, place: Place
) -> list[LineChange]:
    """Changes that set these fields of a line, under their wire names, as far as they differ; null removes one.

    Raises `Refusal` with all that is wrong with them. Where the line then hangs is a matter of `misplaced`.
    """
    current = write_item(item)
    given = _with_notes(cart, item, with_extensions(given, item.extensions), context)
    before, after = differing({name: value for name, value in given.items() if name != QUANTITY}, current)
    quantity = given.get(QUANTITY)
    path = pointer("data", *place)
    refusals = [*_quantity_refusals(item, quantity, path), *outgrown(after, path, MAX_OF_ITEM)]
    if after.keys() & {"offeringId", "productId", "characteristics"}:
        refusals += _offering_refusals(cart, item, read_item({**current, **after}), context, path)
    if refusals:
        raise Refusal.of(refusals)
    changes: list[LineChange] = []
    if isinstance(quantity, int):
        changes.append(QuantityStated(item.id))
        if quantity != item.quantity:
            changes.append(QuantityChanged(item_id=item.id, before=item.quantity, after=quantity).at(*place))
    if after:
        changes.append(ItemChanged(item_id=item.id, before=before, after=after).at(*place))
    return changes


def _with_notes(cart: Cart, item: Item, given: Mapping[str, JsonValue], context: Context) -> Mapping[str, JsonValue]:
    """The fields, notes as they are kept."""
    if "notes" not in given:
        return given
    notes = _NOTES.validate_python(given["notes"] or [])
    return {**given, "notes": written_notes(notes, item.notes, cart.version, context.now)}


def _quantity_refusals(item: Item, quantity: JsonValue, path: str) -> Iterator[Refusal]:
    if item.terms.quantity_max_reached and isinstance(quantity, int) and quantity > item.quantity:
        message = "The quantity can't be increased."
        yield Refusal.at(f"{path}/{QUANTITY}", ErrorCode.INVALID, message, "quantity-max-reached")


def _offering_refusals(cart: Cart, before: Item, after: Item, context: Context, path: str) -> Iterator[Refusal]:
    """What keeps the line from being of its offering; one that was there before need not be on sale any more."""
    if after.offering_id is None:
        if after.product_id is None:
            yield nothing_named(path)
        return
    try:
        offering = context.facts.offerings.get(after.offering_id)
        if after.offering_id != before.offering_id:
            where = path + "/offeringId"
            offering = sellable_offering(after.offering_id, cart.header, context.facts, context.at, where)
        if offering is not None:
            check_characteristics(offering, after.characteristics, path + "/characteristics")
    except Refusal as refusal:
        yield refusal


def misplaced(parents: Mapping[str, str | None], paths: Mapping[str, str]) -> dict[str, Refusal]:
    """Why some of these lines can't hang where they would: on no line, on themselves, or too deep.

    `parents` are those of all lines of the cart, `paths` are where the command says what each line hangs on.
    """
    hanging = {own: path for own, path in paths.items() if parents[own] is not None}
    if not hanging:
        return {}
    found = {}
    circles, levels = in_circles(parents), depths(parents)
    for own, path in hanging.items():
        if parents[own] not in parents:
            found[own] = Refusal.at(path, ErrorCode.ITEM_NOT_FOUND, f"There is no item {parents[own]}.")
        elif own in circles:
            found[own] = Refusal.at(path, ErrorCode.INVALID, "The item would be its own ancestor.", "cycle")
        elif levels[own] > MAX_DEPTH:
            message = f"At most {MAX_DEPTH} items hang on each other."
            found[own] = Refusal.at(path, ErrorCode.INVALID, message, "too-deep")
    return found
