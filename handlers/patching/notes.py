"""Notes at line items and containers of a patched cart."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from pydantic import JsonValue

from cartwright.wire.notes import NewNote, NoteUpdate
from handlers.notes import find_note, note_added, note_changes, note_removed
from handlers.patching.step import Step
from handlers.patching.targets import Part
from models.cart.cart import Cart, Container, Item
from models.cart.forms import Document
from models.changes.change import Change

Find = Callable[[Cart, str, str], Item | Container]
"""What a note is about, by its id; raises `Refusal` at a path."""


@dataclass(frozen=True, slots=True)
class NotesOf:
    """`…/notes`: add a note."""

    find: Find

    def __call__(self, step: Step) -> Iterator[Change]:
        """Add it, written now."""
        about = self.find(step.cart, step.names[0], step.path)
        new = step.read(NewNote, step.fields())
        yield note_added(step.cart, about, new, step.context.now, step.value_path, step.number + 1)


@dataclass(frozen=True, slots=True)
class NotePart(Part):
    """`…/notes/<id>`."""

    find: Find
    blank: ClassVar[Mapping[str, JsonValue]] = {"author": None}

    def show(self, step: Step) -> Document:
        """Its fields."""
        return {"author": None, **find_note(self._about(step), step.names[1], step.path).wire()}

    def set(self, step: Step, fields: Mapping[str, JsonValue]) -> Iterable[Change]:
        """Set its text and author, if they differ."""
        about, note_id = self._about(step), step.names[1]
        step.check_id(fields, note_id)
        own = {**fields, "id": note_id}
        step.read(NewNote if step.operation.op == "replace" else NoteUpdate, own)
        return note_changes(about, step.read(NoteUpdate, own), step.context.now, step.value_path)

    def remove(self, step: Step) -> Iterator[Change]:
        """Remove it."""
        yield note_removed(self._about(step), step.names[1], step.path)

    def _about(self, step: Step) -> Item | Container:
        return self.find(step.cart, step.names[0], step.path)
