"""A small day, played on the servers of this run; then the audit is shown evidence that was tampered with."""

from collections import Counter
from collections.abc import AsyncIterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from rich.console import Console

from demo.stage.day import Plan
from demo.stage.play import play
from demo.stage.summary import Summary
from demo.verdicts import Evidence, judge
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
def evidence(summary: Summary) -> list[Evidence]:
    """The shop's, and its rival's: what was seen is a copy that a test may tamper with, what is kept is not."""
    return [replace(each, history=deepcopy(each.history)) for each in summary.evidence]


def broken(evidence: list[Evidence]) -> list[str]:
    return [verdict.name for verdict in judge(evidence) if not verdict.holds]


def with_journals(evidence: list[Evidence], journals: dict[str, Any]) -> list[Evidence]:
    shop, rival = evidence
    return [replace(shop, kept=replace(shop.kept, journals={**shop.kept.journals, **journals})), rival]


async def test_every_guarantee_holds(summary: Summary) -> None:
    told = summary.as_json()
    assert [(each["name"], each["faults"]) for each in told["guarantees"]] == [(f"G{n}", []) for n in range(1, 10)]
    assert told["surprises"] == []
    assert told["holds"]


async def test_the_day_has_everything_in_it(summary: Summary) -> None:
    outcomes = Counter(summary.as_json()["outcomes"])
    assert set(outcomes) == {"applied", "unchanged", "duplicate", "dry-run", "read", "refused", "parked"}
    assert set(summary.record.refusals) >= {"malformed", "invalid", "stale-version", "idempotency-mismatch"}
    assert summary.record.heard["price-changed"] > 0
    assert len(summary.handovers) == 1


async def test_a_lost_reply_and_a_phantom_are_found(evidence: list[Evidence]) -> None:
    shop, rival = evidence
    read = next(sent.message_id for sent in shop.history.sent.values() if not sent.writes)
    del shop.history.replies[read]
    assert broken(evidence) == ["G1", "G8"]
    assert "G1" in broken([replace(shop, kept=replace(shop.kept, entries={})), rival])


async def test_a_command_applied_twice_is_found(evidence: list[Evidence]) -> None:
    cart_id, journal = next((cart, found) for cart, found in evidence[0].kept.journals.items() if len(found) > 1)
    twice = [journal[0], replace(journal[0], version=2), *journal[2:]]
    assert "G2" in broken(with_journals(evidence, {cart_id: twice}))


async def test_a_missing_version_is_found(evidence: list[Evidence]) -> None:
    cart_id, journal = next((cart, found) for cart, found in evidence[0].kept.journals.items() if found)
    assert "G3" in broken(with_journals(evidence, {cart_id: journal[:-1]}))


async def test_a_missing_event_and_a_wrong_order_are_found(evidence: list[Evidence]) -> None:
    events = evidence[0].history.events
    events.reverse()
    assert broken(evidence) == ["G4"]
    events.reverse()
    lost = events[-1].id
    evidence[0].history.events = [event for event in events if event.id != lost]
    assert broken(evidence) == ["G4"]


async def test_a_cent_too_much_is_found(evidence: list[Evidence]) -> None:
    shop, rival = evidence
    cart_id, stored = next((key, stored) for key, stored in shop.kept.carts.items() if stored.cart.items)
    pricing = stored.cart.pricing
    dearer = replace(pricing, due_now=DueNow(gross=pricing.due_now.gross + 1))
    carts = {**shop.kept.carts, cart_id: replace(stored, cart=replace(stored.cart, pricing=dearer))}
    tampered = replace(shop, kept=replace(shop.kept, carts=carts))
    assert broken([tampered, rival]) == ["G5", "G9"]


async def test_a_wrong_prediction_is_found(evidence: list[Evidence]) -> None:
    history = evidence[0].history
    predicting = [sent for sent in history.sent.values() if sent.predicts]
    refused = next(sent for sent in predicting if history.replies[sent.message_id][0]["type"] == "command-refused")
    accepted = next(sent for sent in predicting if history.replies[sent.message_id][0]["type"] != "command-refused")
    history.replies[accepted.message_id][0]["version"] += 1
    assert broken(evidence) == ["G6"]
    history.replies[accepted.message_id][0]["version"] -= 1
    assert broken(evidence) == []
    history.replies[refused.message_id][0]["error"]["message"] += "!"
    assert broken(evidence) == ["G6"]


async def test_a_rival_who_hears_what_is_the_shops_is_found(evidence: list[Evidence]) -> None:
    shop, rival = evidence
    rival.history.events.append(shop.history.events[0])
    assert "G7" in broken(evidence)
