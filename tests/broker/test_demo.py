"""A small day, played on the servers of this run; then the audit is shown evidence that was tampered with."""

from collections import Counter
from collections.abc import AsyncIterator
from copy import deepcopy
from dataclasses import replace

import pytest
from pymongo import AsyncMongoClient
from rich.console import Console

from demo.audit import audit
from demo.evidence import Evidence
from demo.stage.day import Plan
from demo.stage.play import play
from demo.stage.summary import Summary
from models.cart.pricing_result import DueNow


@pytest.fixture(scope="module")
async def summary(amqp_url: str, mongo_url: str) -> AsyncIterator[Summary]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CART_AMQP_URL", amqp_url)
        environment.setenv("CART_MONGO_URL", mongo_url)
        summary = await play(Plan(carts=40, seconds=8), Console(quiet=True))
    yield summary
    async with AsyncMongoClient(mongo_url) as client:
        await client.drop_database(summary.place)


@pytest.fixture
def evidence(summary: Summary) -> Evidence:
    """A copy that a test may tamper with."""
    return deepcopy(summary.evidence)


def broken(evidence: Evidence) -> list[str]:
    return [verdict.name for verdict in audit(evidence) if not verdict.holds]


async def test_every_guarantee_holds(summary: Summary) -> None:
    told = summary.as_json()
    assert [(each["name"], each["faults"]) for each in told["guarantees"]] == [(f"G{n}", []) for n in range(1, 7)]
    assert told["surprises"] == []
    assert told["holds"]


async def test_the_day_has_everything_in_it(summary: Summary) -> None:
    outcomes = Counter(summary.as_json()["outcomes"])
    assert set(outcomes) == {"applied", "unchanged", "duplicate", "dry-run", "read", "refused", "parked"}
    assert set(summary.history.refusals) >= {"malformed", "invalid", "stale-version", "idempotency-mismatch"}
    assert summary.history.heard["price-changed"] > 0
    assert len(summary.handovers) == 1


async def test_a_lost_reply_and_a_phantom_are_found(evidence: Evidence) -> None:
    evidence.history.sendings[-1].replies.clear()
    assert broken(evidence) == ["G1"]
    assert "G1" in broken(replace(evidence, recorded=frozenset()))


async def test_a_command_applied_twice_is_found(evidence: Evidence) -> None:
    entries = next(iter(evidence.journals.values()))
    entries[1] = replace(entries[0], version=2)
    assert "G2" in broken(evidence)


async def test_a_missing_version_is_found(evidence: Evidence) -> None:
    next(iter(evidence.journals.values())).pop()
    assert "G3" in broken(evidence)


async def test_a_missing_event_and_a_wrong_order_are_found(evidence: Evidence) -> None:
    events = next(iter(evidence.events.values()))
    events.reverse()
    assert broken(evidence) == ["G4"]
    events.reverse()
    events.pop()
    assert "G4" in broken(evidence)


async def test_a_cent_too_much_is_found(evidence: Evidence) -> None:
    key, stored = next((key, stored) for key, stored in evidence.carts.items() if stored.cart.items)
    pricing = stored.cart.pricing
    dearer = replace(pricing, due_now=DueNow(gross=pricing.due_now.gross + 1))
    evidence.carts[key] = replace(stored, cart=replace(stored.cart, pricing=dearer))
    assert broken(evidence) == ["G5"]


async def test_a_wrong_prediction_is_found(evidence: Evidence) -> None:
    dry, _ = evidence.history.predictions[0]
    dry.replies[0]["version"] += 1
    assert broken(evidence) == ["G6"]
