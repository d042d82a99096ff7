"""Shares of partitions: everybody ends with about as many, and nobody gives away what it need not."""

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
def test_shares_settle_whoever_is_next_in_line(owned: list[int], random) -> None:
    """What is handed over goes to whichever other worker stands first in the line of its queue."""
    names = [f"w{number}" for number in range(len(owned))]
    have = dict(zip(names, owned, strict=True))
    count = sum(owned)
    for _ in range(200):
        moves = {
            run: to_hand_over(run, own, {each: theirs for each, theirs in have.items() if each != run}, count)
            for run, own in have.items()
        }
        if not any(moves.values()):
            break
        for run, number in moves.items():
            for _ in range(number):
                have[run] -= 1
                have[random.choice([each for each in names if each != run])] += 1
    assert sum(have.values()) == count
    assert max(have.values()) - min(have.values()) <= 1
