"""A worker that ends at one exact point of a command's road: asked to by SIGTERM, and then without notice."""

import random
import signal

import pytest

from support.launcher import POINTS

CARTS = 20
COMMANDS = 200
FEW = 2
"""How many groups pass a point at most before it strikes."""
SEEDS = [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 202))]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("point", POINTS)
async def test_stopped_and_killed_at(site, point: str, seed: int) -> None:
    chance = random.Random(f"{point} {seed}")
    async with site(seed, CARTS, group_commands=12, prefetch=40) as here:
        await here.recorder.send([*here.load.creations(), *here.load.commands(COMMANDS)])
        stopped = here.start(f"{point}:{chance.randint(1, FEW)}:SIGTERM")
        assert await here.ended_at_work(stopped) == 0
        history = here.recorder.history
        ended = history.sent.keys() - history.open
        killed = here.start(f"{point}:{chance.randint(1, FEW)}:SIGKILL")
        assert await here.ended_at_work(killed) == -signal.SIGKILL
        here.start()
        await here.check()
        # What the stopped worker had answered was delivered to nobody else.
        assert [each for each in ended if len(history.replies.get(each, [])) > 1] == []
