"""The cart that a command names which was refused before it could be read."""

import re

from cartwright.wire.decoding import decode
from cartwright.wire.headers import CANONICAL, CART_ID, DIALECT
from cartwright.wire.refusals import Refusal
from workers.amqp import Delivery

_ID = re.compile(r"[!-~]{1,128}")


def named_cart(delivery: Delivery) -> str | None:
    """Its id, from the body of a canonical command or else the header, as far as that can be read.

    The header of a command that names no cart may hold the message id, to choose a partition.
    """
    header = delivery.headers.get(CART_ID)
    for name in (_in_body(delivery), None if header == delivery.message_id else header):
        if isinstance(name, str) and _ID.fullmatch(name):
            return name
    return None


def _in_body(delivery: Delivery) -> object:
    if delivery.headers.get(DIALECT) not in CANONICAL:
        return None
    try:
        return decode(delivery.body).get("cartId")
    except Refusal:
        return None
