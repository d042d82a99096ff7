"""The worker's clock."""

from datetime import UTC, datetime


def now() -> datetime:
    """The time in whole milliseconds, which is what the database keeps."""
    time = datetime.now(UTC)
    return time.replace(microsecond=time.microsecond // 1000 * 1000)
