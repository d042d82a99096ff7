"""Shares of partitions: everybody ends with about as many, and nobody gives away what it need not."""

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from workers.broker.shares import to_hand_over


def test_a_worker_too_many_takes_nothing() -> None:
    assert to_hand_over("a", 1, dict.fromkeys("bcdefghij", 0), 1) == 0
    assert to_hand_over("z", 1, dict.fromkeys("bcdefghij", 0), 1) == 0
    assert to_hand_over("a", 0, {"b": 1}, 1) == 0


def test_what_is_more_than_the_share_goes_at_once() -> None:
    assert to_hand_over("a", 4, {"b": 0}, 4) == 2
    assert to_hand_over("a", 4, {}, 4) == 0
    assert to_hand_over("a", 5, {"b": 0, "c": 0}, 5) == 3


def test_one_of_the_fullest_helps_out_once_all_are_settled() -> None:
    assert to_hand_over("a", 2, {"b": 2, "c": 1, "d": 0}, 5) == 1
    assert to_hand_over("b", 2, {"a": 2, "c": 1, "d": 0}, 5) == 0
    assert to_hand_over("a", 2, {"b": 1, "c": 1, "d": 0}, 5) == 0, "one is between two owners"


@given(st.lists(st.integers(0, 6), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_shares_settle_in_whatever_line_workers_stand(owned: list[int], random: Random) -> None:
    """What is handed over goes to whichever other worker stands first in its queue's line; who had it goes last."""
    names = [f"w{number}" for number in range(len(owned))]
    lines = [[owner, *random.sample(others(owner, names), len(names) - 1)] for owner in owners(names, owned)]
    for _ in range(200):
        have = Counter(line[0] for line in lines)
        moves = {
            run: to_hand_over(run, have[run], {each: have[each] for each in others(run, names)}, len(lines))
            for run in names
        }
        if not any(moves.values()):
            break
        for run, number in moves.items():
            for line in random.sample([line for line in lines if line[0] == run], number):
                line.append(line.pop(0))
    have = Counter(line[0] for line in lines)
    assert max(have[each] for each in names) - min(have[each] for each in names) <= 1


def others(run: str, names: list[str]) -> list[str]:
    return [each for each in names if each != run]


def owners(names: list[str], owned: list[int]) -> list[str]:
    """The worker that each partition begins with."""
    return [name for name, number in zip(names, owned, strict=True) for _ in range(number)]
