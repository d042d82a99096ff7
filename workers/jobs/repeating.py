"""When a chunk of which nothing has come is handed out again, and when a job is given up for it.

Somebody who began a chunk and never ended it may have been killed by it: that was a try. A chunk that nobody has begun
waits behind others in its queue, or its message is lost. A planner can't tell which, so it hands the chunk out again,
each time after a longer wait: copies of what waits should not fill the queue. However long that takes, it is no try.
"""

from datetime import datetime, timedelta

from storage.jobs import Waiting

REPEAT_AFTER = timedelta(seconds=60)
"""A chunk of which nothing has come for so long is handed out again."""
MAX_DOUBLINGS = 4
"""So often the wait doubles while nobody begins a chunk; a lost message is missed for a quarter of an hour at most."""
MAX_TRIES = 20
"""A job fails when one of its chunks was begun after so many of the times it was handed out, and nothing came of it."""


def is_overdue(waiting: Waiting, anew: datetime, now: datetime) -> bool:
    """Whether a chunk that was handed out is to be again: it was before `anew`, or nothing has come of it for long."""
    if waiting.sent_at is None:
        return False
    doublings = min(max(waiting.unbegun - 1, 0), MAX_DOUBLINGS)
    return waiting.sent_at < max(anew, now - REPEAT_AFTER * (1 << doublings))


def is_hopeless(waiting: Waiting) -> bool:
    """Whether a chunk was tried so often that it need not be handed out again."""
    return len(waiting.begun) >= MAX_TRIES
