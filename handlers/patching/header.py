"""The head of a patched cart: its contacts and its attributes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

from pydantic import JsonValue

from cartwright.wire.header import MAX_CONTACTS, Contact, HeaderFields
from cartwright.wire.refusals import ErrorCode, Refusal
from handlers.differing import differing
from handlers.patching.step import Step
from handlers.patching.targets import Owner, Part
from models.cart.forms import Document
from models.changes.cart_changes import HeaderChanged
from models.changes.change import Change

CONTACTS = "contacts"
ATTRIBUTES = "attributes"


class Head(Owner):
    """The cart itself, of which a patch reaches the attributes only; no path leads to all of it."""

    def show(self, step: Step) -> Document:
        """The attributes."""
        return {ATTRIBUTES: step.cart.header.attributes}

    def set(self, step: Step, fields: Mapping[str, JsonValue]) -> Iterable[Change]:
        """Set them."""
        return _changed(step, ATTRIBUTES, step.read(HeaderFields, fields).wire()[ATTRIBUTES])


class ContactPart(Part):
    """`/contacts/<id>`."""

    blank: ClassVar[Mapping[str, JsonValue]] = {
        field.alias or name: None for name, field in Contact.model_fields.items() if not field.is_required()
    }

    def show(self, step: Step) -> Document:
        """Its fields."""
        return {**self.blank, **self._find(step).wire()}

    def set(self, step: Step, fields: Mapping[str, JsonValue]) -> Iterable[Change]:
        """Set these; a contact is read whole."""
        current = self._find(step)
        step.check_id(fields, current.id)
        step.read(Contact, {**fields, "id": current.id})
        set_ = {name: value for name, value in {**current.wire(), **fields}.items() if value is not None}
        changed = step.read(Contact, set_)
        return _contacts(step, [changed if each.id == current.id else each for each in step.cart.header.contacts])

    def remove(self, step: Step) -> Iterable[Change]:
        """Remove it."""
        return _contacts(step, [each for each in step.cart.header.contacts if each.id != step.names[0]])

    def _find(self, step: Step) -> Contact:
        found = next((each for each in step.cart.header.contacts if each.id == step.names[0]), None)
        return found or step.nothing_there()


def add_contact(step: Step) -> Iterator[Change]:
    """`/contacts`: add a contact."""
    contacts = step.cart.header.contacts
    new = step.read(Contact, step.fields())
    if any(each.id == new.id for each in contacts):
        path = f"{step.value_path}/id"
        raise Refusal.at(path, ErrorCode.INVALID, f"The id {new.id} is taken.", "duplicate-id")
    if len(contacts) >= MAX_CONTACTS:
        raise Refusal.at(step.path, ErrorCode.INVALID, f"A cart has at most {MAX_CONTACTS} contacts.", "too-many")
    yield from _contacts(step, [*contacts, new])


def _contacts(step: Step, contacts: Sequence[Contact]) -> Iterator[Change]:
    yield from _changed(step, CONTACTS, [each.wire() for each in contacts])


def _changed(step: Step, name: str, value: JsonValue) -> Iterator[Change]:
    """Set one field of the head, if it differs; one that is empty is not there."""
    before, after = differing({name: value or None}, step.cart.header.wire())
    if after:
        yield HeaderChanged(before=before, after=after)
