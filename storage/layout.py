"""The layout of partitions: how many there are, and how far a change of their number has come."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Phase(StrEnum):
    """A stage of a change of the number of partitions; decision 35 says what each is for."""

    STABLE = "stable"
    """Nothing changes."""
    PREPARING = "preparing"
    """The switch is put between callers and the old queues."""
    LEAVING = "leaving"
    """New commands go to the interim queue; workers finish the old queues."""
    LEFT = "left"
    """No worker consumes commands: it is made sure that the old queues are done with."""
    REBUILDING = "rebuilding"
    """Workers consume the interim queue; the new queues are declared, and what is left over deleted."""
    ENTERING = "entering"
    """New commands go to the new queues; workers finish the interim queue."""
    ENTERED = "entered"
    """No worker consumes commands: it is made sure that the interim queue is done with."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The number of partitions; while it changes, `following` is the number after the change.

    `revision` counts every write.
    """

    revision: int
    partitions: int
    phase: Phase = Phase.STABLE
    following: int | None = None

    @property
    def changing(self) -> bool:
        """Whether a change is under way."""
        return self.phase is not Phase.STABLE

    def at(self, phase: Phase) -> "Layout":
        """The same change at another phase."""
        return replace(self, revision=self.revision + 1, phase=phase)

    def change_to(self, partitions: int) -> "Layout":
        """The beginning of a change to that number."""
        return Layout(self.revision + 1, self.partitions, Phase.PREPARING, partitions)

    def changed(self) -> "Layout":
        """The end of the change. Raises ValueError if none is under way."""
        if self.following is None:
            raise ValueError("no change is under way")
        return Layout(self.revision + 1, self.following)
