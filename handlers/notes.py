"""Notes at line items and containers: where one is, and how it comes, changes and goes (002, Shopping Cart Notes).

`path` is the JSON Pointer to what a command says about the note or about its place; problems are reported there.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from pydantic import JsonValue, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.command import CommandData
from cartwright.wire.notes import MAX_NOTES, NewNote, Note, NoteUpdate
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import Id
from handlers.finding import find_container, find_item, gift_refusal
from models.cart.cart import Cart, Container, Item
from models.cart.forms import Document
from models.cart.free_ids import free_id
from models.changes.note_changes import NoteAdded, NoteChanged, NoteRemoved


class NotePlace(CommandData):
    """What a note is about: a line item or a container."""

    item_id: Id | None = None
    """The line item that the note is about."""
    container_id: Id | None = None
    """The container that the note is about, if it is about no item."""

    @model_validator(mode="after")
    def _one_of_both(self) -> "NotePlace":
        if (self.item_id is None) == (self.container_id is None):
            raise PydanticCustomError("one-of", "give either itemId or containerId")
        return self

    @property
    def named(self) -> str:
        """The field that says what the note is about."""
        return "itemId" if self.item_id is not None else "containerId"

    def find(self, cart: Cart) -> Item | Container:
        """The item or the container; raises `item-not-found`, `container-not-found`."""
        if self.item_id is not None:
            return noted_item(cart, self.item_id, "/data/itemId")
        return find_container(cart, self.container_id or "", "/data/containerId")


def noted_item(cart: Cart, item_id: str, path: str) -> Item:
    """The item that a note is about; raises `item-not-found`, and `invalid` for what a promotion gives.

    Such an item comes and goes with each pricing, so nothing can be kept at it.
    """
    item = find_item(cart, item_id, path)
    if item.is_gift:
        raise gift_refusal(item, path)
    return item


def note_added(
    cart: Cart, about: Item | Container, new: NewNote, now: datetime, path: str, number: int = 1
) -> NoteAdded:
    """The change that adds a note; raises `invalid` for an id that is taken, and for a note too many.

    An assigned id contains the version that adds the note and its number in the command, so it is never used twice.
    """
    taken = {each.id for each in about.notes}
    if new.id is not None and new.id in taken:
        raise Refusal.at(path + "/id", ErrorCode.INVALID, f"The id {new.id} is taken.", "duplicate-id")
    if len(about.notes) >= MAX_NOTES:
        raise Refusal.at(path, ErrorCode.INVALID, f"There are {MAX_NOTES} notes already, the most.", "too-many")
    note_id = new.id or free_id(f"n-{cart.version + 1}-{number}", taken)
    note = Note(id=note_id, author=new.author, text=new.text, createdAt=now, updatedAt=now)
    return NoteAdded(**_place(about), note_id=note_id, note=note.wire())


def note_changes(about: Item | Container, update: NoteUpdate, now: datetime, path: str) -> Iterator[NoteChanged]:
    """The change that sets what differs; raises `note-not-found`."""
    note = find_note(about, update.id, path + "/id")
    author = update.author if "author" in update.model_fields_set else note.author
    text = note.text if update.text is None else update.text
    if (author, text) != (note.author, note.text):
        after = Note(id=note.id, author=author, text=text, createdAt=note.created_at, updatedAt=now)
        yield NoteChanged(**_place(about), note_id=note.id, before=note.wire(), after=after.wire())


def note_removed(about: Item | Container, note_id: str, path: str) -> NoteRemoved:
    """The change that drops a note; raises `note-not-found`."""
    return NoteRemoved(**_place(about), note_id=find_note(about, note_id, path).id)


def find_note(about: Item | Container, note_id: str, path: str) -> Note:
    """The note with this id; raises `note-not-found`."""
    note = next((each for each in about.notes if each.id == note_id), None)
    if note is None:
        raise Refusal.at(path, ErrorCode.NOTE_NOT_FOUND, f"There is no note {note_id}.")
    return note


def written_notes(given: Sequence[NewNote], known: Sequence[Note], version: int, now: datetime) -> list[JsonValue]:
    """The notes as they are kept; one that is known by its id keeps its times as far as it stays as it is.

    Ids that are assigned contain the version that adds the notes, which is the one after `version`.
    """
    before = {each.id: each for each in known}
    taken = {*before, *(each.id for each in given if each.id is not None)}
    notes = []
    for number, new in enumerate(given, 1):
        note_id = new.id or free_id(f"n-{version + 1}-{number}", taken)
        taken.add(note_id)
        old = before.get(note_id)
        if old is not None and (old.author, old.text) == (new.author, new.text):
            notes.append(old.wire())
        else:
            created = now if old is None else old.created_at
            note = Note(id=note_id, author=new.author, text=new.text, createdAt=created, updatedAt=now)
            notes.append(note.wire())
    return [*notes]


def _place(about: Item | Container) -> Document:
    return {"item_id": about.id} if isinstance(about, Item) else {"container_id": about.id}
