"""A dry run before every command of a random stream, from queue to reply: it predicts the real run (guarantee G6)."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from support.offers import CONFIGURATION, OFFERS
from support.running import Running, running_worker
from support.shop import Shop
from support.streams import CATALOG_COMMAND, COMMAND, OPENING

MOMENTS = ("updatedAt", "createdAt", "pricing")
REFUSED = "command-refused"


@pytest.fixture
async def trusting(amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    """A worker that believes what callers say of their roles."""
    async with running_worker(amqp_url, mongo_url, trust_role_header=True) as running:
        yield running


def streams() -> list[list[Any]]:
    """Three streams of 40 commands, the same in every run."""
    drawn: list[list[Any]] = []

    @seed(20261122)
    @settings(max_examples=4, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(COMMAND | CATALOG_COMMAND, min_size=40, max_size=40))
    def draw(stream: list[Any]) -> None:
        drawn.append(OPENING + stream)

    draw()
    return drawn[1:]  # the first is the simplest one that there is


@pytest.mark.parametrize("number", range(3))
async def test_every_dry_run_predicts_the_real_run(trusting: Running, number: int) -> None:
    shop = await trusting.shop()
    await _stock(shop)
    applied = 0
    for kind, cart_id, data, envelope in streams()[number]:
        before = await trusting.documents(shop.tenant)
        given = {**envelope, "reason": "as agreed", "properties": {"headers": {"roles": "agent"}}}
        dry = await shop.call(kind, cart_id, data, dryRun=True, **given)
        assert await trusting.documents(shop.tenant) == before
        real = await shop.call(kind, cart_id, data, **given)
        if real["type"] != REFUSED:
            assert (dry["status"], real["status"] in {"applied", "unchanged"}) == ("dry-run", True)
            applied += real["status"] == "applied"
            dry["status"] = real["status"]
        assert _told(dry) == _told(real), json.dumps([kind, data])
    assert applied > 5


async def _stock(shop: Shop) -> None:
    for name, rows in OFFERS.items():
        configures = name == "configuration"
        kind, data = ("set-configuration", CONFIGURATION) if configures else (f"upsert-{name}", {name: rows})
        reply = await shop.call(kind, data=data)
        assert reply.get("status") == "applied", reply


def _told(reply: dict[str, Any]) -> dict[str, Any]:
    """What a reply says, but for its command id and the moments of the two runs."""
    said = {name: value for name, value in reply.items() if name != "commandId"}
    if "cart" in said:
        said["cart"] = {name: value for name, value in said["cart"].items() if name not in MOMENTS}
    return said
