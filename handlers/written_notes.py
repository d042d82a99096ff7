"""Notes that a command gives with a line item or a container (002, note)."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import JsonValue

from cartwright.wire.notes import NewNote, Note
from models.cart.free_ids import free_id


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
