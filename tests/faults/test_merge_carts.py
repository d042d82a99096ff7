"""`merge-carts`, and a worker that is killed anywhere in between: both carts end as if it had run once.

The voucher that moves has one use: it counts once, whoever is killed. What comes to the cart that is merged before its
deletion does is not lost.
"""

import asyncio
import signal

import pytest

from audit import Sent
from cartwright.wire.status import CartStatus
from facts.snapshot import CatalogRows
from models.cart.budgets import Budget
from models.cart.cart import Cart
from storage.budgets import TenantBudget
from storage.records import CartKey, Revision
from support.launcher import HOLD_POINTS, POINTS
from support.patience import PATIENCE
from support.processes import Site
from support.recording import Message
from workers.clock import now

TARGET, SOURCE = "c-0", "c-1"
LAST = Budget("voucher", "LAST")
ROWS = {"vouchers": [{"code": "LAST", "reductionPercent": "50", "uses": 1}]}


OFTEN = {(point, 1) for point in POINTS} | {("after-commit", 2), ("after-events", 2), ("before-resolve", 1)}
AT = [
    pytest.param(point, nth, marks=() if (point, nth) in OFTEN else pytest.mark.soak)
    for point in (*POINTS, *HOLD_POINTS)
    for nth in (1, 2)
    # Entries that are few are gathered: the journal may get both in one write.
    if (point, nth) != ("journal", 2)
]


@pytest.mark.parametrize(("point", "nth"), AT)
async def test_both_carts_end_as_if_it_had_run_once(site, point: str, nth: int) -> None:
    """The first command at the fail point is the merge; the second, where it meets one, the deletion that follows."""
    async with site(1, 2) as here:
        await carts_with_a_voucher(here)
        merging = here.load.message("merge-carts", TARGET, {"from": SOURCE, "strategy": "sum"})
        doomed = here.start(f"{point}:{nth}:SIGKILL")
        await here.recorder.send([merging])
        assert await doomed.ended() == -signal.SIGKILL
        here.recorder.history.confirmed(Sent(f"{merging.sent.message_id}:from", SOURCE, answerable=False))
        here.start()
        await ended(here)
        target = await cart(here, TARGET)
        assert sorted((item.id, item.quantity) for item in target.items) == [("i-1", 2), ("i-2", 1), ("i-3", 1)]
        assert target.held_vouchers == ("LAST",)
        await here.check()
        assert (await kinds(here, TARGET)).count("merge-carts") == 1
        assert (await kinds(here, SOURCE))[-1] == "delete-cart"
        assert await holders(here) == {TARGET}


@pytest.mark.parametrize("kind", ["add-items", "submit-cart"])
async def test_what_came_to_from_before_its_deletion_is_not_lost(site, kind: str) -> None:
    """The worker that merged is killed before it could tell; what is sent then stands before the deletion."""
    async with site(1, 2) as here:
        data = {"items": [{"id": "i-9", "offeringId": "phone"}]} if kind == "add-items" else {}
        token = await validated(here)
        merging = here.load.message("merge-carts", TARGET, {"from": SOURCE, "strategy": "sum"})
        doomed = here.start("after-commit:1:SIGKILL")
        await here.recorder.send([merging])
        assert await doomed.ended() == -signal.SIGKILL
        here.recorder.history.confirmed(Sent(f"{merging.sent.message_id}:from", SOURCE, answerable=False))
        await here.recorder.send([here.load.message(kind, SOURCE, data or {"token": token})])
        here.start()
        await here.recorder.ended()
        assert {*here.recorder.history.parked[f"{merging.sent.message_id}:from"]} == {"rebase-conflict"}
        source, target = await cart(here, SOURCE), await cart(here, TARGET)
        assert source.status is (CartStatus.ACTIVE if kind == "add-items" else CartStatus.SUBMITTED)
        assert [item.id for item in source.items] == ["i-1", *(each["id"] for each in data.get("items", ()))]
        assert [(item.id, item.quantity) for item in target.items] == [("i-1", 2)]
        await here.check()


async def validated(here: Site) -> str:
    """Two carts with the same plan, and a token with which the one that is to be merged could be submitted."""
    worker = here.start()
    await here.recorder.send(here.load.creations())
    await here.recorder.ended()
    validating = here.load.message("validate-cart", SOURCE)
    await here.recorder.send([validating])
    await here.recorder.answered([validating])
    assert await worker.stop() == 0
    [reply] = here.recorder.history.replies[validating.sent.message_id]
    token = reply["validation"]["token"]
    assert isinstance(token, str)
    return token


async def carts_with_a_voucher(here: Site) -> None:
    """The target with a plan and a phone, the other one with the same plan, a phone on it and the last voucher."""
    assert await here.store.catalog.append(Revision("acme", 2, now(), "vouchers", b"", CatalogRows.of(ROWS)))
    worker = here.start()
    await here.recorder.send(here.load.creations())
    await here.recorder.ended()
    await here.recorder.send([new_item(here, TARGET, {"id": "i-2", "offeringId": "phone"})])
    await here.recorder.send([new_item(here, SOURCE, {"id": "i-3", "offeringId": "phone", "parentId": "i-1"})])
    await here.recorder.send([here.load.message("add-voucher", SOURCE, {"code": "LAST"})])
    await here.recorder.ended()
    assert await worker.stop() == 0


def new_item(here: Site, cart_id: str, item: dict[str, str]) -> Message:
    return here.load.message("add-items", cart_id, {"items": [item]})


async def ended(here: Site) -> None:
    """Wait until the other cart is deleted, and no hold is in doubt."""
    async with asyncio.timeout(PATIENCE):
        while (await cart(here, SOURCE)).status is not CartStatus.DELETED or await holders(here) != {TARGET}:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def cart(here: Site, cart_id: str) -> Cart:
    key = CartKey("acme", cart_id)
    return (await here.store.carts.load([key]))[key].cart


async def holders(here: Site) -> set[str]:
    """The carts that hold the voucher, once none of the holds is in doubt."""
    key = TenantBudget("acme", LAST)
    found = (await here.store.budgets.balances([key], [CartKey("acme", each) for each in (TARGET, SOURCE)]))[key]
    assert found.count == len(found.holders)
    return {each.cart_id for each in found.holders}


async def kinds(here: Site, cart_id: str) -> list[str]:
    """The commands that made the cart's versions."""
    key = CartKey("acme", cart_id)
    stored = (await here.store.carts.load([key]))[key]
    entries = {each.version: each for each in (*await here.store.journal.history(key), *stored.outbox)}
    return [entries[version].kind for version in sorted(entries)]
