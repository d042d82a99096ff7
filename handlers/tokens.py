"""Validity tokens: what they say, and what is wrong with one that does not fit a cart (002, validityToken).

Signing and reading a token needs keys, which pure code does not have; whoever has them implements `Tokens`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cartwright.wire.refusals import ErrorCode, Refusal
from models.cart.cart import Cart


@dataclass(frozen=True, slots=True)
class Validity:
    """What a token says: this version of a tenant's cart was valid, and may be submitted before `expires_at`.

    The time is in whole seconds.
    """

    tenant: str
    cart_id: str
    version: int
    expires_at: datetime


class Tokens(Protocol):
    """Issues tokens and reads them."""

    def issue(self, validity: Validity) -> str:
        """The token; always the same for the same validity and key."""

    def read(self, token: str) -> Validity | None:
        """What the token says; none if it is not exactly one that was issued with one of the keys."""


class _NoTokens:
    """For commands that need none."""

    def issue(self, validity: Validity) -> str:  # noqa: ARG002
        """Raise: the command did not say that it needs tokens."""
        raise LookupError("a command that issues tokens says so in its needs")

    def read(self, token: str) -> Validity | None:  # noqa: ARG002
        """Raise: the command did not say that it needs tokens."""
        raise LookupError("a command that reads tokens says so in its needs")


NO_TOKENS: Tokens = _NoTokens()


def check_token(tokens: Tokens, token: str, cart: Cart, now: datetime) -> None:
    """Raise `signature-invalid`, `token-expired` or `stale-version` for a token that is not for this cart as it is."""
    path = "/data/token"
    validity = tokens.read(token)
    if validity is None or (validity.tenant, validity.cart_id) != (cart.tenant, cart.id):
        raise Refusal.at(path, ErrorCode.SIGNATURE_INVALID, "The token was not issued for this cart, or was altered.")
    if validity.expires_at <= now:
        raise Refusal.at(path, ErrorCode.TOKEN_EXPIRED, "The token has expired; validate the cart again.")
    if validity.version != cart.version:
        message = f"The cart is at version {cart.version}, the token is for {validity.version}."
        refusal = Refusal.at(path, ErrorCode.STALE_VERSION, message)
        raise Refusal(refusal.code, message, details={"currentVersion": cart.version}, problems=refusal.problems)
