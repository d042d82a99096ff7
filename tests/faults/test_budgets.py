"""Two workers race for the last voucher, and one is killed: there is never one holder too many, and none is lost."""

import asyncio
import signal
from datetime import timedelta
from itertools import cycle

import pytest

from facts.snapshot import CatalogRows
from models.cart.budgets import Budget
from storage.budgets import TenantBudget
from storage.records import CartKey, Revision
from support.launcher import HOLD_POINTS
from support.patience import PATIENCE
from support.processes import Site
from support.recording import Message
from workers.clock import now

CARTS = 12
USES = {"LAST": 1, "THREE": 3, "PLENTY": CARTS}
"""For the last ones the workers race; of one there is enough, so whoever is at work claims something all the time."""
SEEDS = [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 12))]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("point", HOLD_POINTS)
async def test_never_one_too_many_whoever_is_killed(site, point: str, seed: int) -> None:
    async with site(seed, CARTS, partitions=2, group_commands=4) as here:
        await issue(here)
        doomed, _ = here.start(f"{point}:{1 + seed % 3}:SIGKILL"), here.start()
        await here.recorder.send(here.load.creations())
        await both_at_work(here)
        kinds = cycle(["add-voucher", "remove-voucher"])
        assert await here.ended_at_work(doomed, lambda: asked(here, next(kinds))) == -signal.SIGKILL
        await here.recorder.ended()
        await here.recorder.send(asked(here, "remove-voucher"))
        await here.recorder.send(asked(here, "add-voucher"))
        await here.recorder.ended()
        await nothing_in_doubt(here)
        holders = {code: await held(here, code) for code in USES}
        decided_twice(here)
        await here.check()
        for code, uses in USES.items():
            carts = await here.store.carts.load([CartKey("acme", each) for each in here.load.carts])
            using = {key for key, stored in carts.items() if code in stored.cart.held_vouchers}
            assert using == holders[code]
            assert len(using) == uses


async def issue(here: Site) -> None:
    """Bring the vouchers into the catalog."""
    rows = [{"code": code, "reductionPercent": "10", "uses": uses} for code, uses in USES.items()]
    revision = Revision("acme", 2, now(), "vouchers", b"", CatalogRows.of({"vouchers": rows}))
    assert await here.store.catalog.append(revision)


async def both_at_work(here: Site) -> None:
    """Keep the carts busy until each worker owns one of the two partitions."""
    sharing = asyncio.create_task(here.partitions(2))
    value = 2
    while not sharing.done() or sorted(len(run.partitions) for run in sharing.result()) != [1, 1]:
        sharing = asyncio.create_task(here.partitions(2)) if sharing.done() else sharing
        await here.recorder.send([here.load.quantity(cart, value) for cart in here.load.carts])
        value += 1
        await asyncio.sleep(0.1)
    await here.recorder.ended()


def asked(here: Site, kind: str) -> list[Message]:
    """Every cart asks for every voucher, or gives it back."""
    return [here.load.message(kind, cart, {"code": code}) for cart in here.load.carts for code in USES]


def decided_twice(here: Site) -> None:
    """Leave out refusals of commands that were then accepted: the worker was killed before it acknowledged them.

    A refusal is not remembered (decision 6), so the command is decided again, and by then a use may be free.
    """
    for replies in here.recorder.history.replies.values():
        if any(reply["type"] != "command-refused" for reply in replies):
            replies[:] = [each for each in replies if each.get("error", {}).get("code") != "voucher-exhausted"]


async def nothing_in_doubt(here: Site) -> None:
    async with asyncio.timeout(PATIENCE):
        while await here.store.budgets.doubtful(timedelta(0), 100):  # noqa: ASYNC110 (the database tells nobody)
            await asyncio.sleep(0.05)


async def held(here: Site, code: str) -> set[CartKey]:
    """The carts that hold a voucher, as the budget has it."""
    budget = TenantBudget("acme", Budget("voucher", code))
    found = await here.store.budgets.balances([budget], [CartKey("acme", each) for each in here.load.carts])
    balance = found[budget]
    assert balance.count == len(balance.holders)
    return set(balance.holders)
