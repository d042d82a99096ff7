"""Keys under which other systems know a cart. Some of them belong to one cart at a time, as long as it is open."""

from collections.abc import Callable, Mapping
from operator import attrgetter

from cartwright.wire.header import Header
from cartwright.wire.status import CartStatus
from models.cart.amendment import AMENDS
from models.cart.cart import Cart

AGREEMENT_ID = "agreementId"
"""The key by which a cart names the agreement whose prices it gets."""
UNIQUE_ID = "uniqueId"
"""The key by which a saved cart is found again."""
SALES_JOURNEY_ID = "salesJourneyId"
"""The key that names the journey whose cart it is (000)."""
EXTERNAL_ID = "externalId"
"""The key under which the order system of a carrier knows a cart (004)."""
SUBSCRIPTION_ID = "subscriptionId"
"""The key that names the subscription that a cart is about (001)."""
EXCLUSIVE = frozenset({UNIQUE_ID, SALES_JOURNEY_ID, EXTERNAL_ID})
"""The keys that no two open carts of a tenant share; any other may belong to many carts."""
HEADER_KEYS: Mapping[str, Callable[[Header], str | None]] = {
    "storeId": attrgetter("store_id"),
    SUBSCRIPTION_ID: attrgetter("subscription_id"),
}
"""Fields of the header that find a cart as keys do, where it has no key of that name."""
RELEASED = frozenset({CartStatus.DELETED, CartStatus.EXPIRED, CartStatus.SUBMITTED})
"""A cart of such a status has let go of its keys; they still find it where no open cart has them."""


def lookup_text(name: str, value: str) -> str:
    """A key as text, as documents hold it."""
    return f"{name}={value}"


def lookup_keys(cart: Cart) -> dict[str, str]:
    """All names and values under which a cart is found; an amendment also by the cart that it amends."""
    keys = {name: value for name, of in HEADER_KEYS.items() if (value := of(cart.header)) is not None}
    keys |= cart.header.keys
    return keys if cart.amendment is None else {**keys, AMENDS: cart.amendment.amends}


def live_keys(cart: Cart) -> dict[str, str]:
    """The keys that belong to this cart and to no other: the name of each by its text."""
    keys = lookup_keys(cart)
    if not keys or cart.status in RELEASED:
        return {}
    return {lookup_text(name, keys[name]): name for name in sorted((EXCLUSIVE | {AMENDS}) & keys.keys())}


def claimed_keys(before: Cart | None, after: Cart) -> dict[str, str]:
    """The keys that belong to a cart from now on, and did not before: the name of each by its text."""
    if before is None:
        return live_keys(after)
    if after.header is before.header and after.status is before.status:
        return {}
    had = live_keys(before)
    return {text: name for text, name in live_keys(after).items() if text not in had}
