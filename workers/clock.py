"""The worker's clock."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the time in whole milliseconds. A worker passes one clock to all its parts."""


def now() -> datetime:
    """The time in whole milliseconds, which is what the database keeps."""
    time = datetime.now(UTC)
    return time.replace(microsecond=time.microsecond // 1000 * 1000)
