"""The headers of parked messages: why each was parked, and what it carries on if it is sent again."""

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

CARRIED = (
    "cart-id",
    "dialect",
    "traceparent",
    "source-channel",
    "context",
    "roles",
    "lock-owner",
    "schema-version",
    "cart-follows",
)
"""Headers of a command that it keeps whenever it is sent again."""
SECRET = frozenset({"context", "lock-owner"})
"""Those of them with which somebody could act as the sender."""
