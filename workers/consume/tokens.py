"""What a command that comes back from a retry queue carries along: how often it was there, and its delivery's token.

A token tells the delivery whose commit made a record from another copy of the same command.

Of two copies that race, in one worker or in two, one commit makes the record. The record names the token of its
delivery, so whoever finds it knows whether to tell that outcome as its own, or as a duplicate's. A command that comes
back from a retry queue was never answered: it carries its token with it.
"""

import os
from binascii import unhexlify

from workers.amqp import Delivery

ATTEMPTS_HEADER = "cart-attempts"
DELIVERY_HEADER = "cart-delivery"
_SIZE = 14
_MANY = 1_000


def token_of(delivery: Delivery) -> bytes:
    """The token that a delivery carries, or a new one; what others write there counts as none."""
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
    """How often a command was sent to a retry queue already; what others write there counts as none."""
    value = delivery.headers.get(ATTEMPTS_HEADER)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MANY else 0


def new_token() -> bytes:
    """A token that no other delivery has, in any process: a number counted in each would repeat in forked ones."""
    return os.urandom(_SIZE)
