"""Notes at line items and containers (002, Shopping Cart Notes)."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from cartwright.wire.schema import Id, Model, ShortText, Text, Time

MAX_NOTES = 100
"""At one line item or container."""


class Note(Model):
    """What somebody wrote about a line item or a container (002, note)."""

    id: Id
    """The note's id."""
    author: ShortText | None = None
    """Who wrote it."""
    text: Text
    """What it says."""
    created_at: Time
    """When it was written."""
    updated_at: Time
    """When its text or author changed last."""


class NewNote(Model):
    """A note to add."""

    id: Id | None = None
    """The note's id; assigned if absent."""
    author: ShortText | None = None
    """Who wrote it."""
    text: Text
    """What it says."""


def _told_apart(notes: list[NewNote]) -> list[NewNote]:
    ids = [each.id for each in notes if each.id is not None]
    if len(set(ids)) < len(ids):
        raise PydanticCustomError("duplicate-id", "two notes have the same id")
    return notes


NewNotes = Annotated[list[NewNote], Field(max_length=MAX_NOTES), AfterValidator(_told_apart)]
"""Notes that come with a line item or a container."""


class NoteUpdate(Model):
    """New values for one note; absent fields stay as they are."""

    id: Id
    """The note's id."""
    author: ShortText | None = None
    """Who wrote it; null removes the name."""
    text: Text | None = None
    """What it says from now on."""
