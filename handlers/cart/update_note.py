"""`update-note`: change the text or the author of a note (002, Shopping Cart Notes)."""

from collections.abc import Iterator

from cartwright.wire.examples import example
from cartwright.wire.notes import NoteUpdate
from handlers.needs import Context
from handlers.notes import NotePlace, note_changes
from handlers.registry import command
from models.cart.cart import Cart
from models.changes.change import Change


class UpdateNote(NotePlace):
    """What the note is about, the note's id and what it says from now on."""

    model_config = example({"itemId": "i-1", "note": {"id": "n-1", "text": "call twice"}})

    note: NoteUpdate
    """The note's new values."""


@command("update-note", UpdateNote)
def update_note(cart: Cart, data: UpdateNote, context: Context) -> Iterator[Change]:
    """Set what differs."""
    for changed in note_changes(data.find(cart), data.note, context.now, "/data/note"):
        yield changed.at(data.named)
