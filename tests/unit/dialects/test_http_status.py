"""The HTTP status of every code of a refusal, and of canonical replies."""

import orjson
import pytest

from cartwright.wire.refusals import ErrorCode, Refusal
from dialects.canonical.dialect import DIALECT, status_of
from dialects.dialect import Call
from dialects.http_status import http_status
from dialects.registry import dialects
from models.answers.answer import CatalogAnswer, QueryAnswer, Refused
from models.answers.cart_answer import CartAnswer

OTHERS = {
    403: "forbidden signature-invalid override-over-limit",
    404: "cart-not-found item-not-found container-not-found note-not-found job-not-found",
    409: "stale-version rebase-conflict idempotency-mismatch cart-exists key-taken cart-read-only cart-locked"
    " cart-not-submitted item-not-amendable test-failed job-ended",
    410: "token-expired",
    500: "internal",
    503: "temporarily-unavailable deadline-exceeded",
}


@pytest.mark.parametrize("code", ErrorCode)
def test_every_code_has_a_status(code: ErrorCode) -> None:
    named = [status for status, codes in OTHERS.items() if code.value in codes.split()]
    assert http_status(code) == (named or [400])[0]
    assert status_of(Refused(Refusal(code, "no"))) == http_status(code)


def answer(version: int, status: str, *changes: str) -> CartAnswer:
    return CartAnswer("cart-updated", status, "c-1", version, None, [{"type": each} for each in changes], [])


def test_only_a_new_cart_is_created() -> None:
    assert status_of(answer(1, "applied", "cart-created")) == 201
    assert status_of(answer(1, "duplicate", "cart-created")) == 201
    assert status_of(answer(1, "dry-run", "cart-created")) == 200
    assert status_of(answer(1, "unchanged")) == 200
    assert status_of(answer(1, "read")) == 200
    assert status_of(answer(2, "applied", "item-added")) == 200
    assert status_of(CatalogAnswer("applied", 1)) == 200
    assert status_of(QueryAnswer([])) == 200


def test_the_canonical_dialect_is_the_first_of_them() -> None:
    assert dialects()["canonical"] is DIALECT
    refusal = Refusal.at("/data", ErrorCode.INVALID, "no")
    call = Call("acme", "add-items", "m-1", "c-1", None, None)
    for given, named, own in ((call, "c-1", "m-1"), (None, None, None)):
        response = DIALECT.refuse(given, refusal)
        assert response.status == 400
        assert orjson.dumps(response.body) == Refused(refusal, named).body(own)
