"""The whole carts of `tests/golden/carts` on real servers: the same figures from queue to reply, dry and real."""

from typing import Any
from uuid import uuid4

import pytest

from support.golden_carts import GoldenCart, golden_carts
from support.running import Running
from support.shop import Shop


@pytest.mark.parametrize("golden", golden_carts(), ids=lambda golden: golden.name)
async def test_a_golden_cart(running: Running, golden: GoldenCart) -> None:
    shop = Shop(running.wire, f"t{uuid4().hex[:10]}")
    await load(shop, golden.catalog)
    would_be, replies = [], []
    for step in golden.steps:
        if "catalog" in step:
            await load(shop, step["catalog"])
            continue
        kind, data = step["send"]["type"], step["send"]["data"]
        would_be.append(await shop.call(kind, "c-1", data, explain=True, dryRun=True))
        replies.append(await shop.call(kind, "c-1", data, explain=True))
    assert golden.told(would_be) == golden.stated
    assert golden.told(replies) == golden.stated
    stored = await shop.call("get-cart", "c-1")
    assert stored["cart"] == replies[-1]["cart"]


async def load(shop: Shop, catalog: dict[str, Any]) -> None:
    for kind, rows in catalog.items():
        reply = await shop.call(f"upsert-{kind}", data={kind: rows})
        assert (reply["type"], reply["status"]) == ("catalog-updated", "applied"), reply
