"""The watermark of settled groups, and what a run knows of itself and of others."""

from storage.records import CommitStamp, Run
from support.records import START
from workers.settle.watermark import Settlement


def started(groups: int) -> tuple[Settlement, list[CommitStamp]]:
    settlement = Settlement("run-1")
    return settlement, [settlement.start() for _ in range(groups)]


def test_groups_are_numbered_from_one() -> None:
    _, stamps = started(2)
    assert stamps == [CommitStamp("run-1", 1), CommitStamp("run-1", 2)]


def test_the_watermark_stops_before_the_first_group_that_is_not_settled() -> None:
    settlement, (first, second, third) = started(3)
    settlement.settle(third)
    settlement.settle(first)
    assert settlement.record(START).settled == 1
    assert [settlement.is_settled(each) for each in (first, second, third)] == [True, False, False]
    settlement.settle(second)
    assert settlement.record(START).settled == 3
    assert settlement.is_settled(third)


def test_an_abandoned_group_holds_nobody_up_but_is_not_settled() -> None:
    settlement, (first, second) = started(2)
    settlement.abandon(first)
    settlement.settle(second)
    record = settlement.record(START)
    assert (record.settled, record.abandoned) == (2, (1,))
    assert not settlement.is_settled(first)
    assert not settlement.is_under_way(first)
    assert settlement.is_under_way(second)
    settlement.recover([1])
    assert settlement.record(START).abandoned == ()
    assert settlement.is_settled(first)


def test_of_other_runs_it_knows_what_they_recorded() -> None:
    settlement, (own,) = started(1)
    settlement.learn([Run("run-2", 5, (3,), START), Run("run-1", 99, (), START)])
    assert settlement.is_settled(CommitStamp("run-2", 5))
    assert not settlement.is_settled(CommitStamp("run-2", 6))
    assert not settlement.is_settled(CommitStamp("run-2", 3))
    assert not settlement.is_settled(CommitStamp("run-9", 1))
    assert not settlement.is_settled(own)
    assert not settlement.is_under_way(CommitStamp("run-2", 6))
