"""The worker's clock goes by the database's where the two differ by more than a moment."""

from datetime import UTC, datetime, timedelta

import pytest

from workers.clock import SharedClock

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOUR, SECOND, MOMENT = timedelta(hours=1), timedelta(seconds=1), timedelta(milliseconds=7)


def asked(clock: SharedClock, told: datetime, took: timedelta = MOMENT) -> bool:
    """Whether an answer that came after a while has set the clock."""
    return clock.learn(NOON, told, NOON + took)


@pytest.mark.parametrize("told", [NOON, NOON + SECOND, NOON - SECOND / 2])
def test_a_clock_that_is_right_is_left_alone(told: datetime) -> None:
    clock = SharedClock(lambda: NOON)
    assert (asked(clock, told), clock()) == (False, NOON)


@pytest.mark.parametrize("off", [HOUR, -HOUR])
def test_a_clock_that_is_wrong_is_set_once(off: timedelta) -> None:
    clock = SharedClock(lambda: NOON)
    assert asked(clock, NOON + off)
    assert abs(clock() - (NOON + off)) <= MOMENT
    assert clock().microsecond % 1000 == 0
    assert not asked(clock, NOON + off + SECOND / 2)


def test_a_clock_that_was_put_right_is_its_own_again() -> None:
    clock = SharedClock(lambda: NOON)
    asked(clock, NOON + HOUR)
    assert asked(clock, NOON)
    assert clock() == NOON


def test_a_slow_answer_says_nothing_of_the_time_that_it_took() -> None:
    clock = SharedClock(lambda: NOON)
    assert not asked(clock, NOON + 20 * SECOND, took=30 * SECOND)
    assert asked(clock, NOON + HOUR, took=30 * SECOND)
    assert clock() == NOON + HOUR - 15 * SECOND
