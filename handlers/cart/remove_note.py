"""`remove-note`: remove a note from a line item or a container (002, Shopping Cart Notes)."""

from collections.abc import Iterator

from cartwright.wire.examples import example
from cartwright.wire.schema import Id
from handlers.needs import Context
from handlers.notes import NotePlace, note_removed
from handlers.registry import command
from models.cart.cart import Cart
from models.changes.change import Change


class RemoveNote(NotePlace):
    """What the note is about, and the note's id."""

    model_config = example({"itemId": "i-1", "noteId": "n-1"})

    note_id: Id
    """The note's id."""


@command("remove-note", RemoveNote)
def remove_note(cart: Cart, data: RemoveNote, context: Context) -> Iterator[Change]:
    """Remove the note."""
    yield note_removed(data.find(cart), data.note_id, "/data/noteId").at(data.named)
