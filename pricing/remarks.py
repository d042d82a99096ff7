"""What may be a mistake although it is valid: whoever sends promotions is told, and where."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from cartwright.wire.refusals import Problem, pointer


class Remarkable(Protocol):
    """A condition or a benefit."""

    def remarks(self) -> Iterator[Problem]:
        """What may be a mistake in it; the paths begin at it."""


def remarks_on(name: str, parts: Sequence[Remarkable]) -> Iterator[Problem]:
    """The remarks of what is a list of this name, with paths from where this list is."""
    for index, each in enumerate(parts):
        for remark in each.remarks():
            yield replace(remark, path=pointer(name, index) + remark.path)
