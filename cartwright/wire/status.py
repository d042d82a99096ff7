"""Where a cart is in its life."""

from enum import StrEnum


class CartStatus(StrEnum):
    """Where a cart is in its life."""

    ACTIVE = "active"
    SAVED = "saved"
    SUBMITTED = "submitted"
    ABANDONED = "abandoned"
    EXPIRED = "expired"
    QUOTE_CREATED = "quote-created"
    DELETED = "deleted"


CHANGEABLE = frozenset({CartStatus.ACTIVE, CartStatus.SAVED, CartStatus.ABANDONED})
"""In these states a cart can be changed."""
