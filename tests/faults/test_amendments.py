"""An amendment is started and submitted once, whoever is killed meanwhile; the order's voucher stays used once."""

import signal
from typing import Any

import pytest

from cartwright.wire.status import CartStatus
from facts.snapshot import CatalogRows
from models.cart.budgets import Budget
from models.cart.cart import Cart
from storage.budgets import TenantBudget
from storage.records import CartKey, Revision
from support.launcher import POINTS
from support.processes import Site
from workers.clock import now

ORDER, AMENDMENT = "c-0", "c-1-amendment"
LAST = Budget("voucher", "LAST")
ROWS = {"vouchers": [{"code": "LAST", "reductionPercent": "50", "uses": 1}]}
OFTEN = ("before-commit", "after-events")
AT = [*OFTEN, *(pytest.param(point, marks=pytest.mark.soak) for point in POINTS if point not in OFTEN)]


@pytest.mark.parametrize("point", AT)
async def test_an_amendment_is_started_and_submitted_once(site, point: str) -> None:
    async with site(1, 1) as here:
        await ordered(here)
        await killed_at(here, point, "start-amendment", {"amends": ORDER})
        token = await validated(here, AMENDMENT)
        await killed_at(here, point, "submit-amendment", {"token": token})
        amendment, order = await cart(here, AMENDMENT), await cart(here, ORDER)
        assert (amendment.status, order.status) == (CartStatus.SUBMITTED, CartStatus.SUBMITTED)
        await here.check()
        assert [entry.kind for entry in await here.store.journal.history(CartKey("acme", AMENDMENT))] == [
            "start-amendment",
            "submit-amendment",
        ]
        key = TenantBudget("acme", LAST)
        found = (await here.store.budgets.balances([key], [CartKey("acme", each) for each in (ORDER, AMENDMENT)]))[key]
        assert (found.count, {each.cart_id for each in found.holders}) == (1, {ORDER})


async def ordered(here: Site) -> None:
    """A submitted cart that holds the last voucher."""
    assert await here.store.catalog.append(Revision("acme", 2, now(), "vouchers", b"", CatalogRows.of(ROWS)))
    worker = here.start()
    await here.recorder.send(here.load.creations())
    await here.recorder.ended()
    await asked(here, "add-voucher", ORDER, {"code": "LAST"})
    reply = await asked(here, "submit-cart", ORDER, {"token": await validated(here, ORDER)})
    assert reply["status"] == "applied", reply
    assert await worker.stop() == 0


async def killed_at(here: Site, point: str, kind: str, data: dict[str, Any]) -> None:
    """A command about the amendment that kills its worker; the next one finishes it, and ends."""
    for worker in here.workers:
        if worker.running:
            assert await worker.stop() == 0
    doomed = here.start(f"{point}:1:SIGKILL")
    message = here.load.message(kind, AMENDMENT, data)
    await here.recorder.send([message])
    assert await doomed.ended() == -signal.SIGKILL
    here.start()
    await here.recorder.answered([message])
    replies = here.recorder.history.replies[message.sent.message_id]
    assert {reply["status"] for reply in replies} <= {"applied", "duplicate"}, replies


async def validated(here: Site, cart_id: str) -> str:
    """The token of a valid cart."""
    validation = (await asked(here, "validate-cart", cart_id, {}))["validation"]
    assert validation["valid"], validation
    token: str = validation["token"]
    return token


async def asked(here: Site, kind: str, cart_id: str, data: dict[str, Any]) -> dict[str, Any]:
    message = here.load.message(kind, cart_id, data)
    await here.recorder.send([message])
    await here.recorder.answered([message])
    reply: dict[str, Any] = here.recorder.history.replies[message.sent.message_id][0]
    return reply


async def cart(here: Site, cart_id: str) -> Cart:
    key = CartKey("acme", cart_id)
    return (await here.store.carts.load([key]))[key].cart
