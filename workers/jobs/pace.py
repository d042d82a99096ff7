"""How fast a job is carried out, if it has a rate: so many carts a second, of which hardly any are saved up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.jobs import Waiting

PARTS_OF_A_SECOND = 4


def chunk_size(rate: int | None, most: int) -> int:
    """How many carts a chunk has."""
    return most if rate is None else min(most, max(1, rate // PARTS_OF_A_SECOND))


@dataclass(slots=True)
class Pace:
    """How many carts were handed out, and since when."""

    since: datetime | None = None
    handed_out: int = 0

    def affordable(self, due: Sequence[Waiting], rate: int | None, now: datetime) -> list[Waiting]:
        """As many of these as may be handed out now."""
        if rate is None:
            return [*due]
        if self.since is None or self.handed_out <= rate * ((now - self.since).total_seconds() - 1 / PARTS_OF_A_SECOND):
            self.since, self.handed_out = now, 0
        allowed = []
        for each in due:
            if self.handed_out > rate * (now - self.since).total_seconds():
                break
            self.handed_out += each.carts
            allowed.append(each)
        return allowed
