"""A journal with a hole leads to no cart."""

import pytest

from engine.replay import replay
from support.records import entry


def test_versions_come_one_after_the_other() -> None:
    with pytest.raises(ValueError, match="version 3 follows version 0"):
        replay([entry("m-3", 3, changes=[])])


@pytest.mark.parametrize("versions", [(1, 3), (1, 1), (1, 2, 2), (1, 2, 4)])
def test_none_is_missing_and_none_comes_twice(versions: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="follows"):
        replay([entry(f"m-{number}", version, changes=[]) for number, version in enumerate(versions)])


def test_without_a_hole_there_is_a_cart() -> None:
    cart = replay([entry("m-1", 1, changes=[]), entry("m-2", 2, changes=[])])
    assert cart is not None
    assert cart.version == 2
