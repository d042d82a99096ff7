"""A worker that is killed or stopped in the middle of its work: the next one finishes it."""

import random

import pytest

CARTS = 200
COMMANDS = 1800
TIMES = 5
SOAK = [pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 12)]


@pytest.mark.parametrize("seed", [1, *SOAK])
async def test_five_times_killed_among_two_thousand_commands(site, seed: int) -> None:
    async with site(seed, CARTS) as here:
        await here.recorder.send([*here.load.creations(), *here.load.commands(COMMANDS)])
        chance = random.Random(seed)
        for _ in range(TIMES):
            worker = here.start()
            await here.recorder.more_replies(chance.randint(1, COMMANDS // (TIMES + 1)))
            worker.kill()
            assert here.recorder.history.open
        here.start()
        await here.check()


@pytest.mark.parametrize("seed", [1, *SOAK])
async def test_stopped_and_started_again_nothing_is_delivered_twice(site, seed: int) -> None:
    async with site(seed, CARTS) as here:
        await here.recorder.send([*here.load.creations(), *here.load.commands(COMMANDS)])
        chance = random.Random(seed)
        for _ in range(TIMES):
            worker = here.start()
            await here.recorder.more_replies(chance.randint(1, COMMANDS // (TIMES + 1)))
            assert await worker.stop() == 0
        here.start()
        await here.check()
        history = here.recorder.history
        assert [replies for replies in history.replies.values() if len(replies) > 1] == []
        assert len({event.id for event in history.events}) == len(history.events)
