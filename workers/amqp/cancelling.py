"""Where the rest of a worker finds `cancelled`."""

from cartwright.cancelling import cancelled

__all__ = ["cancelled"]
