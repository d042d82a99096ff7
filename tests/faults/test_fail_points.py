"""A worker that ends at one exact point of a command's road, as a kill or a polite request would have it."""

import random
import signal

import pytest
from support.launcher import POINTS

CARTS = 20
COMMANDS = 150
FEW = 4
"""How many groups pass a point at most before it strikes: the load makes more of them."""
SEEDS = [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 202))]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("point", POINTS)
async def test_killed_at(site, point: str, seed: int) -> None:
    async with site(seed, CARTS, group_commands=12) as here:
        assert await strike(here, point, "SIGKILL") == -signal.SIGKILL
        here.start()
        await here.check()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("point", POINTS)
async def test_stopped_at(site, point: str, seed: int) -> None:
    async with site(seed, CARTS, group_commands=12) as here:
        assert await strike(here, point, "SIGTERM") == 0
        here.start()
        await here.check()
        history = here.recorder.history
        assert [replies for replies in history.replies.values() if len(replies) > 1] == []
        assert len({event.id for event in history.events}) == len(history.events)


async def strike(here, point: str, number: str) -> int:
    """Queue a load for a worker that fails at the point; its exit status."""
    await here.recorder.send([*here.load.creations(), *here.load.commands(COMMANDS)])
    time = random.Random(f"{point} {here.seed}").randint(1, FEW)
    return await here.start(f"{point}:{time}:{number}").ended()
