"""What dialects keep with a line item or a container: set, merged with what is there, or removed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from handlers.extensions import EXTENSIONS
from handlers.patching.step import Op, Step
from handlers.patching.targets import Handler, Owner
from models.changes.stated import Made


@dataclass(frozen=True, slots=True)
class Kept:
    """`…/extensions/<name>`; `patch` merges objects field by field and removes what is null (RFC 7396)."""

    owner: Owner

    @property
    def ops(self) -> Mapping[Op, Handler]:
        """What each operation does."""
        return {"add": self._add, "patch": self._patch, "delete": self._delete}

    def _add(self, step: Step) -> Iterable[Made]:
        return self._set(step, step.fields() or None)

    def _patch(self, step: Step) -> Iterable[Made]:
        merged = _merged(self._current(step), step.fields())
        return self._set(step, merged or None)

    def _delete(self, step: Step) -> Iterable[Made]:
        if not self._current(step):
            step.nothing_there()
        return self._set(step, None)

    def _current(self, step: Step) -> Mapping[str, object]:
        extensions: Mapping[str, Mapping[str, object]] = self.owner.show(step).get(EXTENSIONS) or {}
        return extensions.get(step.names[-1]) or {}

    def _set(self, step: Step, value: Any) -> Iterable[Made]:
        self.owner.show(step)
        name = step.key()
        with step.within(EXTENSIONS, name):
            return list(self.owner.set(step, {EXTENSIONS: {name: value}}))


def _merged(current: object, patch: object) -> Any:
    if not isinstance(patch, Mapping):
        return patch
    found = dict(current) if isinstance(current, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = _merged(found.get(name), value)
    return found
