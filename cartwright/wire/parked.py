"""The headers of parked messages: why each was parked, and what it carries on if it is sent again."""

from cartwright.wire.headers import (
    CART_ID,
    CONTEXT,
    DIALECT,
    FOLLOWS,
    LOCK_OWNER,
    ROLES,
    SCHEMA_VERSION,
    SOURCE_CHANNEL,
    TRACEPARENT,
)

PARKED_ID = "parked-id"
"""What people call it by: 12 hexadecimal digits, its own each time a worker parks a message."""
PARKED_CODE = "parked-code"
"""The error code that nobody could be told, or with which the command was given up."""
PARKED_REASON = "parked-reason"
"""The same in a sentence; at most 500 characters."""
PARKED_AT = "parked-at"
"""When; RFC 3339 in UTC."""
PARKED_ROUTING_KEY = "parked-routing-key"
"""The routing key under which it was sent: `<tenant>.<command-type>`."""
PARKED_REPLY_TO = "parked-reply-to"
"""The queue that it named for its reply, if it named one; a direct reply address is left out."""
PARKED_USER = "parked-user-id"
"""The broker's user that sent it, if it said so; the broker has checked it."""

CARRIED = (CART_ID, DIALECT, TRACEPARENT, SOURCE_CHANNEL, CONTEXT, ROLES, LOCK_OWNER, SCHEMA_VERSION, FOLLOWS)
"""Headers of a command that it keeps whenever it is sent again."""
SECRET = frozenset({CONTEXT, LOCK_OWNER})
"""Those of them with which somebody could act as the sender."""

CHUNK = "job-chunk"
"""What a chunk of a job is called, where a command has its type."""

EXPIRED = "expired"
"""The broker's word for what lay in a queue beyond its time."""
_CAUSES = {
    "delivery_limit": "it was delivered too often without being settled",
    "rejected": "it was rejected",
    "maxlen": "the queue was full",
}


def cause_of(reason: str) -> str:
    """Why a queue gave up what had not expired, in words; `reason` is the broker's word."""
    return _CAUSES.get(reason, "for a reason that is not known")
