"""The watermark of settled groups, and what a run knows of itself and of others."""

from dataclasses import replace
from datetime import datetime, timedelta

from storage.records import CommitStamp, Run, StoredCart
from support.records import START, entry, full_cart
from workers.settle.watermark import Watermark


def started(groups: int) -> tuple[Watermark, list[CommitStamp]]:
    watermark = Watermark("run-1")
    return watermark, [watermark.start() for _ in range(groups)]


def test_groups_are_numbered_from_one() -> None:
    _, stamps = started(2)
    assert stamps == [CommitStamp("run-1", 1), CommitStamp("run-1", 2)]


def test_the_watermark_stops_before_the_first_group_that_is_not_settled() -> None:
    watermark, (first, second, third) = started(3)
    watermark.finish(third)
    watermark.finish(first)
    assert watermark.record(START).settled == 1
    assert [watermark.is_settled(each) for each in (first, second, third)] == [True, False, False]
    watermark.finish(second)
    assert watermark.record(START).settled == 3
    assert watermark.is_settled(third)


def test_an_abandoned_group_holds_nobody_up_but_is_not_settled() -> None:
    watermark, (first, second) = started(2)
    watermark.abandon(first)
    watermark.finish(second)
    record = watermark.record(START)
    assert (record.settled, record.abandoned) == (2, (1,))
    assert not watermark.is_settled(first)
    assert not watermark.is_under_way(first)
    assert watermark.is_under_way(second)
    watermark.recover([1])
    assert watermark.record(START).abandoned == ()
    assert watermark.is_settled(first)


def test_of_other_runs_it_knows_what_they_recorded() -> None:
    watermark, (own,) = started(1)
    watermark.learn([Run("run-2", 5, (3,), START), Run("run-1", 99, (), START)], START)
    assert watermark.is_settled(CommitStamp("run-2", 5))
    assert not watermark.is_settled(CommitStamp("run-2", 6))
    assert not watermark.is_settled(CommitStamp("run-2", 3))
    assert not watermark.is_settled(CommitStamp("run-9", 1))
    assert not watermark.is_settled(own)
    assert not watermark.is_under_way(CommitStamp("run-2", 6))


def written(run: str, at: datetime, group: int = 1) -> StoredCart:
    """A cart whose last commit, by that run, added an entry at that time."""
    former = entry("m-1", 1)
    return StoredCart(full_cart(), CommitStamp(run, group), (former, replace(former, command_id="m-2", at=at)))


BEFORE, AFTER = START - timedelta(seconds=1), START + timedelta(seconds=1)


def test_what_a_forgotten_run_wrote_was_settled_before_it_was_closed() -> None:
    watermark, _ = started(1)
    watermark.learn([Run("run-2", 5, (), START)], START)
    assert watermark.has_settled_outbox(written("run-9", BEFORE))
    assert not watermark.has_settled_outbox(written("run-9", START))


def test_a_run_that_started_after_the_last_look_is_not_taken_for_a_forgotten_one() -> None:
    watermark, _ = started(1)
    watermark.learn([], START)
    assert not watermark.has_settled_outbox(written("run-new", AFTER))


def test_however_old_it_is_what_a_known_run_has_not_settled_is_not_settled() -> None:
    watermark, _ = started(1)
    watermark.learn([Run("run-2", 5, (), START), Run("run-3", 5, (2,), START, closed=True)], START)
    assert watermark.has_settled_outbox(written("run-2", BEFORE, group=5))
    assert not watermark.has_settled_outbox(written("run-2", BEFORE, group=6))
    assert not watermark.has_settled_outbox(written("run-3", BEFORE, group=2))
    assert not watermark.has_settled_outbox(written("run-1", BEFORE))


def test_before_the_first_look_no_run_is_forgotten() -> None:
    watermark, _ = started(1)
    assert not watermark.has_settled_outbox(written("run-9", BEFORE))


def test_an_empty_outbox_is_settled() -> None:
    watermark, _ = started(1)
    assert watermark.has_settled_outbox(replace(written("run-9", AFTER), outbox=()))
