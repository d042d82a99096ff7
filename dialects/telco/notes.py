"""Notes at a cart item, or at an offer container if the call names no item (Shopping Cart Notes)."""

from typing import Annotated

from pydantic import Field

from dialects.dialect import Call, Operation, Plan, Step
from dialects.telco.calls import body_of, cart_response, needed, parameters_of, plan_of
from dialects.telco.membership import membership, refuse_missing_items
from dialects.telco.models.parameters import Parameters
from dialects.telco.models.parts import Note
from models.cart.forms import Document


class NewNote(Note):
    """A note to add."""

    text: Annotated[str, Field(max_length=2000)]


def _add(call: Call) -> Plan:
    parameters = parameters_of(call)
    note, _ = body_of(NewNote, call)
    return _plan(call, parameters, "add-note", {"note": _fields(note)})


def _update(call: Call) -> Plan:
    parameters = parameters_of(call)
    note, _ = body_of(Note, call)
    note_id = parameters.note_id or note.id or None
    needed(call, note_id=note_id)
    return _plan(call, parameters, "update-note", {"note": {**_fields(note), "id": note_id}})


def _delete(call: Call) -> Plan:
    parameters = parameters_of(call)
    needed(call, note_id=parameters.note_id)
    return _plan(call, parameters, "remove-note", {"noteId": parameters.note_id})


def _plan(call: Call, parameters: Parameters, kind: str, data: Document) -> Plan:
    """The step about the item or the container that the call names."""
    item_id, container_id = parameters.cart_item_id, parameters.offer_container_id
    places = {"": "/body", "/note": "/body", "/noteId": "/parameters/noteId", "/itemId": "/parameters/cartItemId"}
    places["/containerId"] = "/parameters/offerContainerId"
    if parameters.note_id is not None:
        places["/note/id"] = "/parameters/noteId"
    if item_id is None:
        needed(call, offer_container_id=container_id)
        return plan_of(call, parameters, [Step(kind, {"containerId": container_id, **data}, places)])
    return plan_of(
        call, parameters, [*membership(item_id, container_id), Step(kind, {"itemId": item_id, **data}, places)]
    )


def _fields(note: Note) -> Document:
    """What a cart holds of a note; an author that is sent as null or empty is removed."""
    given = {"id": note.id, "text": note.text}
    fields = {name: value for name, value in given.items() if value}
    return {**fields, "author": note.author or None} if "author" in note.model_fields_set else fields


OPERATIONS = {
    "add-note": Operation(_add, cart_response, refuse=refuse_missing_items),
    "update-note": Operation(_update, cart_response, refuse=refuse_missing_items),
    "delete-note": Operation(_delete, cart_response, refuse=refuse_missing_items),
}
