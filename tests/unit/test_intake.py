"""Taking deliveries in: deadlines, ids and addresses."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartwright.wire.headers import FOLLOWS
from cartwright.wire.refusals import Refusal
from support import deliveries
from support.deliveries import delivery
from workers.consume.work import Work

GET = b'{"type": "get-cart", "cartId": "c-1", "data": {}}'
EMPTY = b'{"type": "empty-cart", "cartId": "c-1", "data": {}}'
NOW = datetime(2026, 1, 1, tzinfo=UTC)
MILLISECONDS = st.integers(0, 100_000)


def read(now: datetime = NOW, **fields: Any) -> Work:
    return deliveries.read(delivery(**{"body": GET, **fields}), now)


def code(now: datetime = NOW, **fields: Any) -> str:
    with pytest.raises(Refusal) as caught:
        read(now, **fields)
    return caught.value.code.value


@given(MILLISECONDS, st.integers(1, 100_000), MILLISECONDS)
def test_an_expiration_never_runs_out_early(sent: int, expiration: int, later: int) -> None:
    """A timestamp tells only in which second it was sent."""
    time = NOW + timedelta(milliseconds=sent)
    taken = time + timedelta(milliseconds=min(later, expiration - 1))
    told = {"timestamp": int(time.timestamp()), "expiration": str(expiration)}
    deadline = read(taken, **told).deadline
    assert deadline is not None
    assert deadline >= time + timedelta(milliseconds=expiration)
    late = time + timedelta(milliseconds=expiration + 1000)
    assert code(late, **told) == "deadline-exceeded"


@pytest.mark.parametrize("timestamp", [int(NOW.timestamp()) + 3600, 2**63, 2**64 - 1])
def test_a_clock_that_is_ahead_gives_no_more_time(timestamp: int) -> None:
    assert read(timestamp=timestamp, expiration="500").deadline == NOW + timedelta(milliseconds=500)


@pytest.mark.parametrize("again", [{"redelivered": True}, {"headers": {"cart-attempts": 1}}])
def test_what_may_have_been_applied_is_looked_up_before_its_deadline_counts(again: dict[str, Any]) -> None:
    late = {"timestamp": int(NOW.timestamp()) - 10, "expiration": "1"}
    assert code(**late) == "deadline-exceeded"
    deadline = read(**late, **again).deadline
    assert deadline is not None
    assert deadline < NOW


def test_an_empty_message_id_is_none() -> None:
    empty = {"routing_key": "acme.empty-cart", "body": EMPTY}
    assert code(**empty, message_id="") == code(**empty, message_id=None) == "missing-message-id"
    assert read(message_id="").command.id is None


@pytest.mark.parametrize("key", ["", ".", ".get-cart", "acme", "acme.", "get-cart", "a b.get-cart"])
def test_an_empty_routing_key_names_no_tenant(key: str) -> None:
    assert code(routing_key=key) == "invalid"


def test_only_a_command_that_follows_from_another_has_an_id_with_a_suffix_to_spare() -> None:
    first = "m" * 128
    assert read(message_id=first).command.id == first
    assert code(message_id=f"{first}:expire") == "invalid"
    assert read(message_id=f"{first}:expire", headers={FOLLOWS: first}).command.id == f"{first}:expire"
