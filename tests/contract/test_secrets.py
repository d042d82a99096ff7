"""Secrets that workers share."""

import asyncio

from storage.ports import Store


async def test_the_first_proposal_is_kept(store: Store) -> None:
    assert await store.secrets.keep("s", b"first") == b"first"
    assert await store.secrets.keep("s", b"second") == b"first"
    assert await store.secrets.keep("other", b"second") == b"second"


async def test_whoever_asks_at_the_same_time_gets_the_same(store: Store) -> None:
    proposed = [bytes([each]) * 32 for each in range(30)]
    kept = set(await asyncio.gather(*(store.secrets.keep("s", each) for each in proposed)))
    assert len(kept) == 1
    assert kept < set(proposed)
