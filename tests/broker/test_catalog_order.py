"""A cart command sees the catalog commands of its tenant that stand before it in its queue."""

import asyncio
from uuid import uuid4

from support.running import Running
from support.shop import Shop

OFFERING = {"id": "mug"}
PRICE = {"id": "pp-mug", "offeringId": "mug", "type": "one-time", "currency": "EUR", "taxIncluded": True}
CART = {"currency": "EUR", "items": [{"id": "i-1", "offeringId": "mug"}]}
TENANTS = 20


async def test_tenants_send_their_catalog_and_their_first_carts_at_once(running: Running) -> None:
    """Nobody waits for an answer in between; the price rises twice before the last cart."""
    for _ in range(TENANTS):
        shop = Shop(running.wire, f"t{uuid4().hex[:10]}")
        sent = await asyncio.gather(
            *(
                shop.send(kind, data=data)
                for kind, data in (
                    ("upsert-offerings", {"offerings": [OFFERING]}),
                    ("upsert-prices", {"prices": [{**PRICE, "amount": "1.00"}]}),
                    ("create-cart", CART),
                    ("upsert-prices", {"prices": [{**PRICE, "amount": "2.00"}]}),
                    ("upsert-prices", {"prices": [{**PRICE, "amount": "3.00"}]}),
                    ("create-cart", CART),
                )
            )
        )
        replies = [await running.wire.reply(each) for each in sent]
        assert {reply["status"] for reply in replies} == {"applied"}
        first, last = (reply["cart"]["dueNow"]["payable"] for reply in replies if "cart" in reply)
        # The first cart need not see what came after it, but may.
        assert first in {"1.00", "2.00", "3.00"}
        assert last == "3.00"
