"""Validity tokens: signed, bound to one version of one cart, expiring; and what every tampering comes to."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jws
from joserfc.jwk import OctKey
from pydantic import ValidationError

from cartwright.wire.refusals import Refusal
from handlers.needs import Fetched
from handlers.tokens import Validity, check_token
from storage.memory.store import MemoryStore
from support.records import full_cart
from workers.execute.validity_tokens import HEADER, SignedTokens, TokenKeys
from workers.settings import Settings

CART = full_cart()
EXPIRY = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
BEFORE = EXPIRY - timedelta(microseconds=1)
VALIDITY = Validity(CART.tenant, CART.id, CART.version, EXPIRY)
OLD, NEW, OTHER = b"o" * 32, b"n" * 32, b"x" * 32
TOKENS = SignedTokens([OLD])
TOKEN = TOKENS.issue(VALIDITY)


def refused(token: str, at: datetime = BEFORE, tokens: SignedTokens = TOKENS) -> str:
    with pytest.raises(Refusal) as caught:
        check_token(tokens, token, CART, at)
    assert [each.path for each in caught.value.problems] == ["/data/token"]
    return caught.value.code.value


def signed(claims: object, header: dict[str, str] = HEADER, key: bytes = OLD) -> str:
    payload = claims if isinstance(claims, bytes) else json.dumps(claims, separators=(",", ":")).encode()
    return jws.serialize_compact(header, payload, OctKey.import_key(key))


def claims(token: str) -> dict[str, object]:
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


def test_a_token_is_good_for_its_cart_until_its_last_moment() -> None:
    check_token(TOKENS, TOKEN, CART, BEFORE)  # raises nothing
    assert TOKENS.read(TOKEN) == VALIDITY


def test_at_its_second_it_has_expired() -> None:
    assert refused(TOKEN, EXPIRY) == "token-expired"
    assert refused(TOKEN, EXPIRY + timedelta(days=1)) == "token-expired"


def test_the_same_validity_has_the_same_token() -> None:
    assert SignedTokens([OLD]).issue(replace(VALIDITY)) == TOKEN


def test_each_changed_character_makes_it_invalid() -> None:
    for place, character in enumerate(TOKEN):
        for other in "AQgw-.":
            if other != character:
                assert refused(TOKEN[:place] + other + TOKEN[place + 1 :]) == "signature-invalid", (place, other)


@pytest.mark.parametrize(
    "altered",
    [
        "",
        ".",
        "..",
        "token",
        TOKEN[:-1],
        TOKEN + "A",
        TOKEN + "=",
        TOKEN + "\n",
        " " + TOKEN,
        TOKEN + ".x",
        TOKEN.rpartition(".")[0],
        TOKEN.rpartition(".")[0] + ".",
        TOKEN.replace(".", ".é", 1),
    ],
)
def test_what_is_no_token_is_invalid(altered: str) -> None:
    assert refused(altered) == "signature-invalid"


@pytest.mark.parametrize(
    ("claim", "value"), [("tenant", "other"), ("cart", "c-9"), ("version", 9), ("exp", 4_000_000_000)]
)
def test_a_changed_claim_under_the_old_signature_is_invalid(claim: str, value: object) -> None:
    head, _, signature = TOKEN.split(".")
    payload = json.dumps({**claims(TOKEN), claim: value}, separators=(",", ":")).encode()
    assert (
        refused(f"{head}.{base64.urlsafe_b64encode(payload).decode().rstrip('=')}.{signature}") == "signature-invalid"
    )


def test_another_header_is_invalid_even_if_it_is_signed() -> None:
    assert signed(claims(TOKEN)) == TOKEN
    assert refused(signed(claims(TOKEN), {"alg": "HS256"})) == "signature-invalid"
    assert refused(signed(claims(TOKEN), {**HEADER, "typ": "JWT"})) == "signature-invalid"
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","typ":"cart-validity"}').decode().rstrip("=")
    assert refused(f"{unsigned}.{TOKEN.split('.')[1]}.") == "signature-invalid"


def test_another_spelling_of_the_claims_is_invalid_even_if_it_is_signed() -> None:
    assert refused(signed(json.dumps(claims(TOKEN)).encode())) == "signature-invalid"


def test_a_token_of_another_cart_or_tenant_is_invalid() -> None:
    assert refused(TOKENS.issue(replace(VALIDITY, tenant="other"))) == "signature-invalid"
    assert refused(TOKENS.issue(replace(VALIDITY, cart_id="c-9"))) == "signature-invalid"


def test_a_token_for_another_version_is_stale() -> None:
    token = TOKENS.issue(replace(VALIDITY, version=CART.version + 1))
    assert refused(token) == "stale-version"
    assert refused(token, EXPIRY) == "token-expired"


def test_keys_rotate_through_two() -> None:
    both = SignedTokens([NEW, OLD])
    assert both.read(TOKEN) == VALIDITY
    assert both.issue(VALIDITY) == SignedTokens([NEW]).issue(VALIDITY) != TOKEN
    assert SignedTokens([OLD, NEW]).read(both.issue(VALIDITY)) == VALIDITY
    assert refused(TOKEN, tokens=SignedTokens([NEW])) == "signature-invalid"
    assert refused(signed(claims(TOKEN), key=OTHER), tokens=both) == "signature-invalid"


async def test_keys_of_the_settings_come_before_that_of_the_database() -> None:
    store = MemoryStore()
    settings = Settings(token_keys=f" {NEW.decode()}, {OLD.decode()} ")
    tokens = await TokenKeys(settings.signing_keys, store.secrets).tokens()
    assert tokens.issue(VALIDITY) == SignedTokens([NEW]).issue(VALIDITY)
    assert tokens.read(TOKEN) == VALIDITY
    assert store.secrets.secrets == {}


async def test_without_settings_all_workers_share_the_key_of_the_database() -> None:
    store = MemoryStore()
    first, second = [await TokenKeys([], store.secrets).tokens() for _ in range(2)]
    assert second.read(first.issue(VALIDITY)) == VALIDITY
    assert second.read(TOKEN) is None
    [kept] = store.secrets.secrets.values()
    assert len(kept) == 32


@pytest.mark.parametrize("keys", ["short", f"{'k' * 32},", f"{'k' * 32},short", ","])
def test_a_short_key_is_refused(keys: str) -> None:
    with pytest.raises(ValidationError, match="32 characters"):
        Settings(token_keys=keys)


def test_a_command_that_does_not_ask_for_tokens_has_none() -> None:
    with pytest.raises(LookupError):
        Fetched().tokens.issue(VALIDITY)
    with pytest.raises(LookupError):
        Fetched().tokens.read(TOKEN)
