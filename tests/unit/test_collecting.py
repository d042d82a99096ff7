"""Garbage is collected when nobody waits, a little at a time."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest

from workers.process import AT_LEISURE_AFTER, SURVIVORS_AFTER, collect_at_leisure


@pytest.fixture
def collections() -> Iterator[list[int]]:
    """The generations that were collected, while nothing is collected by itself and there is nothing new."""
    seen: list[int] = []

    def note(phase: str, about: dict[str, Any]) -> None:
        if phase == "start":
            seen.append(about["generation"])

    gc.collect()
    gc.disable()
    gc.callbacks.append(note)
    yield seen
    gc.callbacks.remove(note)
    gc.enable()


def some(many: int) -> list[list[int]]:
    return [[] for _ in range(many)]


def test_little_that_is_new_is_left_alone(collections: list[int]) -> None:
    kept = some(AT_LEISURE_AFTER // 2)
    collect_at_leisure()
    assert (collections, len(kept)) == ([], AT_LEISURE_AFTER // 2)


def test_much_that_is_new_is_walked_through_and_after_some_walks_what_they_left(collections: list[int]) -> None:
    kept = []
    for _ in range(SURVIVORS_AFTER + 2):
        kept.append(some(2 * AT_LEISURE_AFTER))
        collect_at_leisure()
    assert collections == [*[0] * SURVIVORS_AFTER, 1, 0]
