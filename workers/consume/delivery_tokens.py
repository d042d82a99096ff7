"""What a command from a retry queue carries: how often it was retried, and its delivery's token.

A token distinguishes the delivery whose commit made a record from other copies of the same command.

When two copies race, in one worker or in two, one commit makes the record. The record names the token of its delivery,
so a worker that finds it knows whether to answer with that outcome or as a duplicate. A command from a retry queue was
never answered, so it keeps its token.
"""

import os
from binascii import unhexlify

from workers.amqp import Delivery

ATTEMPTS_HEADER = "cart-attempts"
DELIVERY_HEADER = "cart-delivery"
_SIZE = 14
_MANY = 1_000
_DRAWN_AT_ONCE = 256
"""Tokens that are drawn from the system's randomness in one call, which costs more than all the rest of a token."""


def token_of(delivery: Delivery) -> bytes:
    """The token that a delivery carries, or a new one; a header that is not ours counts as none."""
    carried = delivery.headers.get(DELIVERY_HEADER)
    if carried is None:
        return new_token()
    if isinstance(carried, str) and len(carried) == 2 * _SIZE:
        try:
            return unhexlify(carried)
        except ValueError:
            return new_token()
    return new_token()


def attempts_of(delivery: Delivery) -> int:
    """How often a command was sent to a retry queue; a header that is not ours counts as 0."""
    value = delivery.headers.get(ATTEMPTS_HEADER)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MANY else 0


def new_token() -> bytes:
    """A token that no other delivery has, in any process: a counter would repeat in forked processes."""
    if not _fresh:
        drawn = os.urandom(_SIZE * _DRAWN_AT_ONCE)
        _fresh.extend(drawn[start : start + _SIZE] for start in range(0, len(drawn), _SIZE))
    return _fresh.pop()


_fresh: list[bytes] = []
os.register_at_fork(after_in_child=_fresh.clear)
