"""What messages say outside their bodies: the names of headers, and the tenants of routing keys."""

import re

CART_ID = "cart-id"
"""The cart, by which the broker chooses a partition; a command about no single cart has its message id here."""
DIALECT = "dialect"
"""The dialect of the body."""
DEADLINE = "deadline"
"""When nobody waits for the reply any more."""
ROLES = "roles"
"""The roles that the caller has by its own account."""
LOCK_OWNER = "lock-owner"
"""As whom a command changes a locked cart."""
FOLLOWS = "cart-follows"
"""The command from which this one follows; a worker writes it."""
TRACEPARENT = "traceparent"
"""The trace that the message goes on with (W3C Trace Context)."""
SOURCE_CHANNEL = "source-channel"
CONTEXT = "context"
SCHEMA_VERSION = "schema-version"
"""Three that senders use and workers only carry."""

CART_VERSION = "cart-version"
STATUS = "status"
HTTP_STATUS = "http-status"
"""Headers of replies, beside `CART_ID`; a reply about no single cart has the last two only."""

CANONICAL = (None, "", "canonical")
"""What `DIALECT` may be in a command that is in no dialect."""
TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""A tenant, which is what a routing key of a command begins with: `<tenant>.<command-type>`."""
