"""What the operations of a patch mean for the parts of a cart: operations of `patch-cart`, with values of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from cartwright.wire.refusals import ErrorCode, Refusal, pointer
from cartwright.wire.schema import Model
from dialects.telco import blank, canonical
from dialects.telco.calls import read
from dialects.telco.canonical import Sent
from dialects.telco.kept import OF_CONTAINER, OF_ITEM, TELCO
from dialects.telco.membership import in_container
from dialects.telco.models.parts import CartItem, ContactMedium, Note, OfferContainer
from dialects.telco.planning import container_data, item_data
from models.cart.forms import Document
from models.derived_id import derived_id

Op = Literal["add", "patch", "replace", "delete"]
M = TypeVar("M", bound=Model)
_EXTENSIONS = "extensions"
_WHOLE = {"category": blank.CATEGORY, "billingAccount": blank.NAMED}
"""Objects that have paths of their own, and are set as a whole."""
_CONTAINER_FIELDS = {
    "category": "category",
    "processContext": "processContext",
    "portfolioId": "portfolioId",
    "additionalAttributes": "attributes",
}
"""Fields of a container that null removes, and what a cart calls them."""


@dataclass(frozen=True, slots=True)
class Patched:
    """An operation of the document: its number, and the ids and names in its path; `message_id` makes new ids."""

    op: Op
    number: int
    names: Sequence[str]
    value: object
    message_id: str

    def read(self, model: type[M]) -> tuple[M, Document]:
        """The value, read and as sent; raises `invalid`."""
        if not isinstance(self.value, dict):
            raise self.refused("The value should be an object.", "missing" if self.value is None else "wrong-type")
        return read(model, self.value, "body", self.number, "value"), self.value

    def named_text(self) -> tuple[str, str]:
        """Name and value of an attribute or characteristic; raises `invalid`."""
        pair = canonical.name_and_text(self.value)
        if pair is None:
            raise self.refused("The value should be an object with a name and a value.", "wrong-type")
        return pair

    def refused(self, message: str, code: str, *below: str) -> Refusal:
        """A problem with the value, or with a part of it."""
        return Refusal.at(pointer("body", self.number, "value", *below), ErrorCode.INVALID, message, code)


def add_container(given: Patched) -> list[Document]:
    """`/offerContainer`."""
    _, sent = given.read(OfferContainer)
    return [_operation("add", "/containers", container_data(sent))]


def container(given: Patched) -> list[Document]:
    """`/offerContainer/<id>`, without what is in it."""
    path = pointer("containers", given.names[0])
    if given.op == "delete":
        return [_operation("delete", path)]
    _, sent = given.read(OfferContainer)
    _refuse_parts(given, sent, "cartItem", "note")
    data = container_data(sent)
    if given.op == "patch":
        data |= {ours: None for theirs, ours in _CONTAINER_FIELDS.items() if theirs in sent and ours not in data}
    return _changed(given, path, data, sent, OF_CONTAINER)


def add_item(given: Patched) -> list[Document]:
    """`/offerContainer/<id>/cartItem`, or `/cartItem` for an item in no container."""
    _, sent = given.read(CartItem)
    path = pointer("containers", given.names[0], "items") if given.names else "/items"
    return [_operation("add", path, item_data(sent))]


def item(given: Patched) -> list[Document]:
    """`/offerContainer/<id>/cartItem/<id>`."""
    tested, path = _item(given.names)
    if given.op == "delete":
        return [*tested, _operation("delete", path)]
    _, sent = given.read(CartItem)
    _refuse_parts(given, sent, "note")
    return [*tested, *_changed(given, path, item_data(sent), sent, OF_ITEM)]


def quantity(given: Patched) -> list[Document]:
    """`/offerContainer/<id>/cartItem/<id>/quantity`."""
    tested, path = _item(given.names)
    return [*tested, _operation(_set(given.op), f"{path}/quantity", given.value)]


def field(given: Patched, whole: Callable[[Patched], list[Document]], *names: str) -> list[Document]:
    """A field of a container or an item that has a path of its own: the same as a patch of the whole with this field
    alone. `names` lead to the field.
    """
    value = None if given.op == "delete" else given.value
    if value is None and given.op != "delete":
        raise given.refused(f"{given.op} needs a value.", "missing")
    for name in reversed(names):
        value = {name: value}
    try:
        return whole(replace(given, op="patch", value=value))
    except Refusal as refusal:
        sent = pointer("body", given.number, "value")
        made = sent + pointer(*names)
        problems = [replace(each, path=sent + each.path.removeprefix(made)) for each in refusal.problems]
        raise Refusal(refusal.code, f"{problems[0].path}: {problems[0].message}", problems=problems) from refusal


def add_characteristic(given: Patched) -> list[Document]:
    """`…/product/productCharacteristic`."""
    tested, path = _item(given.names)
    name, text = given.named_text()
    return [*tested, _operation("add", path + pointer("characteristics", name), text)]


def characteristic(given: Patched) -> list[Document]:
    """`…/product/productCharacteristic/<name>`."""
    *names, name = given.names
    tested, path = _item(names)
    return [*tested, _operation(_set(given.op), path + pointer("characteristics", name), _text(given))]


def add_note(given: Patched, *, at_item: bool) -> list[Document]:
    """`…/note`."""
    tested, path = _item(given.names) if at_item else ([], pointer("containers", given.names[0]))
    note, _ = given.read(Note)
    return [*tested, _operation("add", path + "/notes", _note(note))]


def note(given: Patched, *, at_item: bool) -> list[Document]:
    """`…/note/<id>`."""
    *names, note_id = given.names
    tested, path = _item(names) if at_item else ([], pointer("containers", names[0]))
    path += pointer("notes", note_id)
    if given.op == "delete":
        return [*tested, _operation("delete", path)]
    note, _ = given.read(Note)
    return [*tested, _operation(given.op, path, _note(note))]


def add_attribute(given: Patched) -> list[Document]:
    """`…/additionalAttributes` of the cart or of a container."""
    name, text = given.named_text()
    return [_operation("add", _attributes(given.names) + pointer(name), text)]


def attribute(given: Patched) -> list[Document]:
    """`…/additionalAttributes/<name>`."""
    *names, name = given.names
    return [_operation(_set(given.op), _attributes(names) + pointer(name), _text(given))]


def add_contact(given: Patched) -> list[Document]:
    """`/contactMedium`; the document gives it no id, so the cart's is made of the message's."""
    made = derived_id(given.message_id, str(given.number), digits=16)
    return [_operation("add", "/contacts", {"id": f"contact-{made}", **_contact(given)})]


def contact(given: Patched) -> list[Document]:
    """`/contactMedium/<id>`: those of a new cart are `contact-1`, `contact-2` and so on."""
    path = pointer("contacts", given.names[0])
    if given.op == "delete":
        return [_operation("delete", path)]
    return [_operation("replace", path, _contact(given))]


def _operation(op: str, path: str, value: object = None) -> Document:
    return {"op": op, "path": path} if op == "delete" else {"op": op, "path": path, "value": value}


def _set(op: Op) -> str:
    """The operation on a single value: to patch it is to replace it."""
    return "replace" if op == "patch" else op


def _item(names: Sequence[str]) -> tuple[list[Document], str]:
    """The test that the item is in the container, if its path names one, and the item's own path."""
    *containers, item_id = names
    return [in_container(item_id, each) for each in containers], pointer("items", item_id)


def _changed(given: Patched, path: str, data: Document, sent: Sent, known: frozenset[str]) -> list[Document]:
    """The operations that set what has a home in a cart, and keep the rest: merged by `patch`, else replaced."""
    kept = data.pop(_EXTENSIONS, {}).get(TELCO, {})
    for name in ("items", "notes"):
        data.pop(name, None)
    own = path + pointer(_EXTENSIONS, TELCO)
    if given.op != "patch":
        return [_operation(given.op, path, data), _operation("add", own, kept)]
    merged = _whole({name: value for name, value in sent.items() if name not in known})
    return [_operation("patch", path, data), *([_operation("patch", own, merged)] if merged else [])]


def _whole(sent: Sent) -> Document:
    """The fields, with null for what objects that are set as a whole do not name: nothing of it is kept any longer."""
    wholes = {
        name: {**names, **value} for name, names in _WHOLE.items() if isinstance(value := sent.get(name), Mapping)
    }
    product = sent.get("product")
    return {**sent, **wholes, **({"product": _whole(product)} if isinstance(product, Mapping) else {})}


def _refuse_parts(given: Patched, sent: Sent, *names: str) -> None:
    """Raise `invalid` for parts in the value that have paths of their own."""
    for name in names:
        if sent.get(name):
            raise given.refused(f"Each {name} has a path of its own.", "not-allowed", name)


def _attributes(names: Sequence[str]) -> str:
    return pointer(*(part for name in names for part in ("containers", name)), "attributes")


def _text(given: Patched) -> object:
    """The value as text, alone or in an object."""
    if given.op == "delete":
        return None
    value = given.value.get("value") if isinstance(given.value, Mapping) else given.value
    pair = canonical.name_and_text({"name": "value", "value": value})
    if pair is None:
        raise given.refused("The value should be a text, a number, true or false.", "wrong-type")
    return pair[1]


def _note(note: Note) -> Document:
    given = {"id": note.id or None, "text": note.text}
    fields = {name: value for name, value in given.items() if value is not None}
    return {**fields, "author": note.author or None} if "author" in note.model_fields_set else fields


def _contact(given: Patched) -> Document:
    given.read(ContactMedium)
    found = canonical.contact(given.value)
    if found is None:
        raise given.refused("A contact needs a medium type or a characteristic that a cart can hold.", "wrong-format")
    return found
