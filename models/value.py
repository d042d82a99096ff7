"""Values that pricing makes by the thousand: dataclasses that nobody changes.

What freezes a dataclass at run time makes each object several times as dear to make. So these are frozen where it
costs nothing, for the type checker: `value` is `dataclass` to it, with the same arguments.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:
    from dataclasses import dataclass

    def value(*, frozen, slots):
        """Make a class whose objects compare and hash by their fields."""
        return dataclass(slots=slots, unsafe_hash=frozen)


__all__ = ["value"]
