"""Validity tokens as signed texts: JSON Web Signatures in the compact form, HMAC with SHA-256 (RFC 7515, 7518)."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from handlers.tokens import Tokens, Validity
from storage.ports import Secrets

HEADER = {"alg": "HS256", "typ": "cart-validity"}
SECRET = "validity-tokens"  # noqa: S105 (the name of a secret)
KEY_BYTES = 32


class SignedTokens:
    """The first key signs; a token that any of the keys has signed is good."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = [OctKey.import_key(key) for key in keys]

    def issue(self, validity: Validity) -> str:
        """Sign with the first key."""
        return _signed(validity, self._keys[0])

    def read(self, token: str) -> Validity | None:
        """What the token says, if it is exactly what one of the keys makes of that.

        Base64 has several spellings of the same bytes, so the token is also compared with how it was issued.
        """
        for key in self._keys:
            validity = _read(token, key)
            if validity is not None:
                return validity if secrets.compare_digest(_signed(validity, key), token) else None
        return None


class TokenKeys:
    """The keys of all workers: those of the settings, or else one that the database keeps."""

    def __init__(self, keys: Sequence[bytes], stored: Secrets) -> None:
        self._stored = stored
        self._tokens: Tokens | None = SignedTokens(keys) if keys else None

    async def tokens(self) -> Tokens:
        """Tokens under these keys; the database is asked once, and makes the key if it has none yet."""
        if self._tokens is None:
            self._tokens = SignedTokens([await self._stored.keep(SECRET, secrets.token_bytes(KEY_BYTES))])
        return self._tokens


def _signed(validity: Validity, key: OctKey) -> str:
    claims = {
        "tenant": validity.tenant,
        "cart": validity.cart_id,
        "version": validity.version,
        "exp": int(validity.expires_at.timestamp()),
    }
    return jws.serialize_compact(HEADER, orjson.dumps(claims), key)


def _read(token: str, key: OctKey) -> Validity | None:
    """What the token says, if the key has signed it."""
    if not token.isascii():
        return None
    try:
        signed = jws.deserialize_compact(token, key, algorithms=[HEADER["alg"]])
    except JoseError:
        return None
    if signed.headers() != HEADER:
        return None
    claims = orjson.loads(signed.payload)
    return Validity(claims["tenant"], claims["cart"], claims["version"], datetime.fromtimestamp(claims["exp"], UTC))
