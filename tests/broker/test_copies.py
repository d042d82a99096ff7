"""Two copies of one command in two partitions, a worker at each: its outcome is told once, and once as a duplicate."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from support.patience import PATIENCE
from support.running import Running, running_worker
from support.shop import OFFERINGS, Shop

PLAN = {"id": "i-1", "offeringId": "plan"}
PAIRS = 40


@pytest.fixture(scope="module")
async def running(amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    """Two workers, of whom each owns one of two partitions."""
    async with running_worker(amqp_url, mongo_url, partitions=2) as running, running.rival() as rival:
        shop = await running.shop()
        async with asyncio.timeout(PATIENCE):
            while (running.owned, rival.owned) != (1, 1):
                # Nobody owns a partition to which nothing comes; without the header it is always the same one.
                await asyncio.gather(*(shop.call("get-cart", f"c-{number}") for number in range(8)))
        yield running


def change(number: int, quantity: int) -> tuple[str, str | None, dict[str, Any]]:
    return "update-products", f"c-{number}", {"products": [{"id": "i-1", "quantity": quantity}]}


KINDS = {
    "change": lambda number: change(number, 2),
    "nothing": lambda number: change(number, 1),
    "creation": lambda number: ("create-cart", f"c-new-{number}", {"currency": "EUR"}),
    "creation of no name": lambda number: ("create-cart", None, {"currency": "EUR"}),
    "catalog": lambda number: ("upsert-offerings", None, {"offerings": [{"id": f"o-{number}"}]}),
    "catalog as it is": lambda number: ("upsert-offerings", None, {"offerings": [OFFERINGS[0]]}),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_one_is_told_the_outcome_and_one_that_it_is_a_duplicate(shop: Shop, kind: str) -> None:
    creations = [shop.call("create-cart", f"c-{n}", {"currency": "EUR", "items": [PLAN]}) for n in range(PAIRS)]
    await asyncio.gather(*creations)
    sent = [await pair(shop, f"m-{number}", *KINDS[kind](number)) for number in range(PAIRS)]
    replies = await asyncio.gather(*(shop.wire.reply(each) for both in sent for each in both))
    statuses = [tuple(sorted(each["status"] for each in replies[at : at + 2])) for at in range(0, 2 * PAIRS, 2)]
    first = "unchanged" if kind in {"nothing", "catalog as it is"} else "applied"
    assert Counter(statuses) == {tuple(sorted(("duplicate", first))): PAIRS}


async def pair(shop: Shop, message_id: str, kind: str, cart_id: str | None, data: dict[str, Any]) -> tuple[str, str]:
    """Send a command, and again without the header that leads it to its cart's partition; both correlation ids."""
    first = await shop.send(kind, cart_id, data, message_id=message_id)
    body = json.dumps({"type": kind, "data": data, **({"cartId": cart_id} if cart_id else {})}).encode()
    return first, await shop.wire.publish(f"{shop.tenant}.{kind}", body, message_id=message_id)
