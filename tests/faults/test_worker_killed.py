"""A worker that is killed or stopped in the middle of its work: the next one finishes it."""

import random
import signal

import pytest

CARTS = 200
COMMANDS = 1800
TIMES = 5
POINTS = ["priced", "before-commit", "after-commit", "before-events", "journal", "before-ack"]
SMALL = {"group_commands": 20, "prefetch": 100}
GROUPS = 12
SOAK = [pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 12)]


@pytest.mark.parametrize("seed", [1, *SOAK])
async def test_five_times_killed_among_two_thousand_commands(site, seed: int) -> None:
    chance = random.Random(seed)
    async with site(seed, CARTS, **SMALL) as here:
        await here.recorder.send([*here.load.creations(), *here.load.commands(COMMANDS)])
        for _ in range(TIMES):
            worker = here.start(f"{chance.choice(POINTS)}:{chance.randint(1, GROUPS)}:SIGKILL")
            assert await here.ended_at_work(worker) == -signal.SIGKILL
        here.start()
        await here.check()


@pytest.mark.parametrize("seed", [1, *SOAK])
async def test_stopped_and_started_again_nothing_is_delivered_twice(site, seed: int) -> None:
    chance = random.Random(seed)
    async with site(seed, CARTS, **SMALL) as here:
        await here.recorder.send([*here.load.creations(), *here.load.commands(COMMANDS)])
        for _ in range(TIMES):
            worker = here.start(f"{chance.choice(POINTS)}:{chance.randint(1, GROUPS)}:SIGTERM")
            assert await here.ended_at_work(worker) == 0
        here.start()
        await here.check()
        history = here.recorder.history
        assert [replies for replies in history.replies.values() if len(replies) > 1] == []
        assert len({event.id for event in history.events}) == len(history.events)
