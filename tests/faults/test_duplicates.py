"""A publisher that repeats itself and mixes up its order."""

import asyncio
import random
from dataclasses import replace

import pytest

SOAK = [pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 12)]


@pytest.mark.parametrize("seed", [1, *SOAK])
async def test_every_command_comes_one_to_five_times_in_any_order(site, seed: int) -> None:
    chance = random.Random(seed)
    async with site(seed, 30) as here:
        here.start()
        await here.recorder.send([replace(each, copies=3) for each in here.load.creations()])
        # Out of its place a dry run predicts nothing.
        once = [each for each in here.load.commands(500) if each.sent.predicts is None]
        messages = [each for each in once for _ in range(chance.randint(1, 5))]
        chance.shuffle(messages)
        sending = asyncio.create_task(here.recorder.send(messages))
        await here.outstanding()
        await sending
        await here.check()
