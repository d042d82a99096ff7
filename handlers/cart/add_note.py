"""`add-note`: add a note to a line item or a container (002, Shopping Cart Notes)."""

from collections.abc import Iterator

from cartwright.wire.examples import example
from cartwright.wire.notes import NewNote
from handlers.needs import Context
from handlers.notes import NotePlace, note_added
from handlers.registry import command
from models.cart.cart import Cart
from models.changes.change import Change


class AddNote(NotePlace):
    """What the note is about, and the note."""

    model_config = example({"itemId": "i-1", "note": {"id": "n-1", "author": "anna", "text": "call first"}})

    note: NewNote
    """The note."""


@command("add-note", AddNote)
def add_note(cart: Cart, data: AddNote, context: Context) -> Iterator[Change]:
    """Add the note, written now."""
    yield note_added(cart, data.find(cart), data.note, context.now, "/data/note").at(data.named)
