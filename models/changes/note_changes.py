"""Changes of notes at line items and containers (002, note)."""

from pydantic import Field

from cartwright.wire.notes import Note
from cartwright.wire.stored import read_stored
from models.cart.cart import Cart
from models.cart.forms import Document
from models.changes.change import Change, change, replace_container, replace_item


class NoteChange(Change):
    """A change of one note, at a line item or at a container."""

    item_id: str | None = None
    """The item that the note is about, if it is about one."""
    container_id: str | None = None
    """The container that the note is about, if it is about one."""
    note_id: str
    """The note's id."""

    def touches(self) -> frozenset[str]:
        """The note, and that what it is about is there."""
        place = f"item:{self.item_id}" if self.item_id is not None else f"container:{self.container_id}"
        return frozenset({f"{place}:note:{self.note_id}"})

    def _with(self, cart: Cart, note: Document | None) -> Cart:
        """The cart with this note in the place of the one with its id, at the end if there is none; or without it."""
        place = cart.item(self.item_id) if self.item_id is not None else cart.container(self.container_id or "")
        notes = {each.id: each for each in place.notes} if place is not None else {}
        if note is None:
            notes.pop(self.note_id, None)
        else:
            notes[self.note_id] = read_stored(Note, note)
        if self.item_id is not None:
            return replace_item(cart, self.item_id, notes=tuple(notes.values()))
        return replace_container(cart, self.container_id or "", notes=tuple(notes.values()))


@change("note-added")
class NoteAdded(NoteChange):
    """Somebody wrote a note."""

    note: Document
    """The note."""

    def apply(self, cart: Cart) -> Cart:
        """Append the note."""
        return self._with(cart, self.note)


@change("note-changed")
class NoteChanged(NoteChange):
    """A note says something else, or names another author."""

    before: Document = Field(alias="from")
    """The note before."""
    after: Document = Field(alias="to")
    """The note after."""

    def apply(self, cart: Cart) -> Cart:
        """Set the note."""
        return self._with(cart, self.after)


@change("note-removed")
class NoteRemoved(NoteChange):
    """A note is gone."""

    def apply(self, cart: Cart) -> Cart:
        """Drop the note."""
        return self._with(cart, None)
