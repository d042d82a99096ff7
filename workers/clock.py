"""The worker's clock: its machine's, unless the database's tells another time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Returns the time in whole milliseconds. A worker passes one clock to all its parts."""
TOLERATED = timedelta(seconds=1)
"""A difference that is left alone: machines that are set by the network differ by less."""
_MILLISECOND = timedelta(milliseconds=1)


def now() -> datetime:
    """The time in whole milliseconds, which is what the database keeps."""
    time = datetime.now(UTC)
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


class SharedClock:
    """A clock that all workers agree on: the machine's own, set by the database's where the two differ.

    Workers judge each other by times that they record, so an hour more or less would make one of them seem dead, or
    alive after its end.
    """

    def __init__(self, own: Clock) -> None:
        self.own = own
        self.correction = timedelta()

    def __call__(self) -> datetime:
        """The time in whole milliseconds."""
        return self.own() + self.correction

    def learn(self, asked: datetime, told: datetime, answered: datetime) -> bool:
        """Go by what the database told between two times of the machine's own clock; whether that is another time.

        Returns whether the correction was changed.
        """
        earliest, latest = told - answered, told - asked
        if earliest - TOLERATED <= self.correction <= latest + TOLERATED:
            return False
        none = earliest - TOLERATED <= timedelta() <= latest + TOLERATED
        self.correction = timedelta() if none else (earliest + latest) // 2 // _MILLISECOND * _MILLISECOND
        return True
