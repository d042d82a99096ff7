"""The kinds of things that a path may lead to, and what the operations do to each."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

from pydantic import JsonValue

from cartwright.wire.refusals import ErrorCode, Refusal, pointer
from handlers.differing import is_empty
from handlers.patching.comparing import agrees
from handlers.patching.step import Op, Step
from models.cart.forms import Document
from models.changes.change import Change
from models.changes.stated import Made

Handler = Callable[[Step], Iterable[Made]]
"""What an operation does; raises `Refusal`."""


class Target(Protocol):
    """Something that a path leads to."""

    @property
    def ops(self) -> Mapping[Op, Handler]:
        """What each operation does that it knows."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Something to which parts are added."""

    add: Handler

    @property
    def ops(self) -> Mapping[Op, Handler]:
        """Only additions."""
        return {"add": self.add}


class Owner(ABC):
    """Something with fields."""

    @abstractmethod
    def show(self, step: Step) -> Document:
        """All its fields under their wire names; raises `Refusal` if it is not there."""

    @abstractmethod
    def set(self, step: Step, fields: Mapping[str, JsonValue]) -> Iterable[Made]:
        """Set these fields; problems are reported below the value of the operation. It is there."""


class Part(Owner):
    """Something with fields, of which there are several: a line item, a container, a note, a contact."""

    blank: ClassVar[Mapping[str, JsonValue]]
    """What `replace` sets where the value names no other; fields that are not in it stay."""

    @abstractmethod
    def remove(self, step: Step) -> Iterable[Change]:
        """Remove the part, which is there."""

    @property
    def ops(self) -> Mapping[Op, Handler]:
        """What each operation does."""
        return {"patch": self._patch, "replace": self._replace, "delete": self._delete, "test": self._test}

    def _patch(self, step: Step) -> Iterable[Made]:
        self.show(step)
        return self.set(step, step.fields())

    def _replace(self, step: Step) -> Iterable[Made]:
        self.show(step)
        return self.set(step, {**self.blank, **step.fields()})

    def _delete(self, step: Step) -> Iterable[Change]:
        self.show(step)
        return self.remove(step)

    def _test(self, step: Step) -> Iterable[Change]:
        shown, named, place = self.show(step), step.fields(), step.value_path
        unknown = [
            Refusal.at(place + pointer(name), ErrorCode.INVALID, f"There is no field {name}.", "unknown-field")
            for name in named
            if name not in shown
        ]
        if unknown:
            raise Refusal.of(unknown)
        return _compare(step, shown) if named else ()


@dataclass(frozen=True, slots=True)
class Value:
    """A field; `keyed`: one entry of a field that holds values by name, which ends the path."""

    owner: Owner
    field: str
    keyed: bool = False
    optional: bool = True

    @property
    def ops(self) -> Mapping[Op, Handler]:
        """What each operation does; only what is optional can be deleted."""
        always: dict[Op, Handler] = {"add": self._add, "replace": self._replace, "test": self._test}
        return {**always, "delete": self._delete} if self.optional else always

    def _add(self, step: Step) -> Iterator[Made]:
        self._current(step)
        yield from self._set(step, step.given())

    def _replace(self, step: Step) -> Iterator[Made]:
        if is_empty(self._current(step)):
            step.nothing_there()
        yield from self._set(step, step.given())

    def _delete(self, step: Step) -> Iterator[Made]:
        if is_empty(self._current(step)):
            step.nothing_there()
        yield from self._set(step, None)

    def _test(self, step: Step) -> Iterable[Change]:
        return _compare(step, self._current(step))

    def _current(self, step: Step) -> object:
        value = self.owner.show(step)[self.field]
        return (value or {}).get(step.names[-1]) if self.keyed else value

    def _set(self, step: Step, value: JsonValue) -> Iterable[Made]:
        if not self.keyed:
            with step.within(self.field):
                return list(self.owner.set(step, {self.field: value}))
        name = step.key()
        entries = {**(self.owner.show(step)[self.field] or {}), name: value}
        if value is None:
            del entries[name]
        with step.within(self.field, name):
            return list(self.owner.set(step, {self.field: entries}))


def _compare(step: Step, current: object) -> Iterable[Change]:
    if not agrees(current, step.operation.value):
        message = f"{step.operation.path} is not what the operation expects."
        raise Refusal.at(step.path, ErrorCode.TEST_FAILED, message)
    return ()
