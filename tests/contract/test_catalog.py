"""What every store's catalogs and runs do."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from facts.snapshot import CatalogRows
from models.catalog.configuration import Configuration
from storage.ports import Store
from storage.records import CatalogRecord, CatalogSnapshot, CommandKey, Concerning, Revision, Run
from support.records import START, revision, unchanged


async def test_revisions_come_back_field_by_field_and_in_order(store: Store) -> None:
    revisions = [revision(number) for number in (1, 2, 3)]
    assert [await store.catalog.append(each) for each in revisions] == [True, True, True]
    assert await store.catalog.since({"acme": 0}) == revisions
    assert await store.catalog.since({"acme": 2}) == revisions[2:]
    assert await store.catalog.since({"acme": 3}) == []


async def test_a_number_is_taken_once(store: Store) -> None:
    assert await store.catalog.append(revision(1, command_id="m-1"))
    assert not await store.catalog.append(revision(1, command_id="m-2"))
    assert [each.command_id for each in await store.catalog.since({"acme": 0})] == ["m-1"]


async def test_the_latest_configuration_of_every_tenant_is_found(store: Store) -> None:
    def configured(number: int, minutes: int, tenant: str = "acme") -> Revision:
        rows = CatalogRows(configuration=(Configuration.model_validate({"expireAfterMinutes": minutes}),))
        return replace(revision(number), tenant=tenant, rows=rows)

    bare = replace(revision(3), rows=CatalogRows())
    records = [
        configured(1, 60),
        configured(2, 90),
        bare,
        configured(1, 5, "other"),
        replace(bare, tenant="b", revision=1),
    ]
    for number, each in enumerate(records):
        assert await store.catalog.append(replace(each, command_id=f"m-{number}"))
    assert await store.catalog.append(replace(unchanged("m-9", 3), tenant="third"))
    found = await store.catalog.configurations()
    assert {tenant: each.expire_after_minutes for tenant, each in found.items()} == {"acme": 90, "other": 5}


async def test_a_command_makes_one_revision(store: Store) -> None:
    assert await store.catalog.append(revision(1, command_id="m-1"))
    assert not await store.catalog.append(revision(2, command_id="m-1"))
    assert len(await store.catalog.since({"acme": 0})) == 1


async def test_of_many_at_once_one_gets_the_number(store: Store) -> None:
    rivals = [revision(1, command_id=f"m-{number}") for number in range(8)]
    taken = await asyncio.gather(*map(store.catalog.append, rivals))
    assert sorted(taken) == [False] * 7 + [True]


async def test_tenants_have_catalogs_of_their_own(store: Store) -> None:
    for tenant in ("acme", "other"):
        assert await store.catalog.append(revision(1, tenant=tenant))
    assert await store.catalog.append(revision(2, tenant="other"))
    found = await store.catalog.since({"acme": 0, "other": 1})
    assert sorted((each.tenant, each.revision) for each in found) == [("acme", 1), ("other", 2)]


async def test_revisions_are_found_by_command(store: Store) -> None:
    await store.catalog.append(revision(1))
    await store.catalog.append(revision(2))
    key = CommandKey("acme", "m-2")
    assert await store.catalog.of_commands([key, CommandKey("acme", "m-9"), CommandKey("other", "m-1")]) == {
        key: revision(2)
    }


async def test_commands_that_changed_nothing_are_found_and_are_no_revisions(store: Store) -> None:
    records = [unchanged("m-3", 1), unchanged("m-4", 1), unchanged("m-5", 2)]
    assert await store.catalog.append(revision(1))
    assert [await store.catalog.append(each) for each in records] == [True, True, True]
    assert await store.catalog.append(revision(2))
    keys = [CommandKey("acme", f"m-{number}") for number in (2, 3, 5, 9)]
    found = await store.catalog.of_commands([*keys, CommandKey("other", "m-3")])
    assert found == dict(zip(keys, [revision(2), records[0], records[2]], strict=False))
    assert await store.catalog.since({"acme": 0}) == [revision(1), revision(2)]
    assert (await store.briefings.fetch([], [], {"acme": 1})).revisions == [revision(2)]


async def test_a_tenant_without_revisions_remembers_too(store: Store) -> None:
    assert await store.catalog.append(unchanged("m-1", 0))
    assert await store.catalog.append(unchanged("m-1", 0, tenant="other"))
    assert await store.catalog.since({"acme": 0}) == []
    key = CommandKey("acme", "m-1")
    assert await store.catalog.of_commands([key]) == {key: unchanged("m-1", 0)}


@pytest.mark.parametrize(
    ("first", "later"),
    [
        (unchanged("m-1", 1), revision(1, command_id="m-1")),
        (revision(1, command_id="m-1"), unchanged("m-1", 1)),
        (unchanged("m-1", 1), unchanged("m-1", 2)),
    ],
)
async def test_a_command_leaves_one_record(store: Store, first: CatalogRecord, later: CatalogRecord) -> None:
    assert await store.catalog.append(first)
    assert not await store.catalog.append(later)
    key = CommandKey("acme", "m-1")
    assert await store.catalog.of_commands([key]) == {key: first}


async def test_of_many_outcomes_of_a_command_one_holds(store: Store) -> None:
    rivals = [unchanged("m-1", 0) if number % 2 else revision(1, command_id="m-1") for number in range(8)]
    taken = await asyncio.gather(*map(store.catalog.append, rivals))
    assert sorted(taken) == [False] * 7 + [True]


async def test_revisions_between_two(store: Store) -> None:
    for number in range(1, 6):
        await store.catalog.append(revision(number))
        await store.catalog.append(revision(number, tenant="other"))
    await store.catalog.append(unchanged("u-1", 3))
    assert await store.catalog.between("acme", 1, 4) == [revision(2), revision(3), revision(4)]
    assert await store.catalog.between("acme", 4, 2**53) == [revision(5)]
    assert await store.catalog.between("acme", 5, 9) == []
    assert await store.catalog.between("third", 0, 9) == []


async def test_revisions_with_the_rows_that_concern_some_offerings(store: Store) -> None:
    def priced(name: str, offering: str) -> dict[str, object]:
        return {"id": name, "offeringId": offering, "type": "one-time", "currency": "EUR", "amount": "1.00"}

    mug, cup, of_mug, of_cup = {"id": "mug"}, {"id": "cup"}, priced("a", "mug"), priced("b", "cup")
    tax = {"id": "fr", "country": "FR", "category": "standard", "rate": "20"}
    moved = priced("a", "cup")
    tables: list[dict[str, list[dict[str, object]]]] = [
        {"offerings": [mug, cup], "prices": [of_mug, of_cup]},
        {"offerings": [cup], "prices": [of_cup]},
        {"taxes": [tax], "prices": [of_cup]},
        {"prices": [moved]},
        {"prices": [priced("$id", "$mug")], "vouchers": [{"code": "TEN", "reductionPercent": "10"}]},
    ]
    revisions = [replace(revision(number), rows=CatalogRows.of(rows)) for number, rows in enumerate(tables, 1)]
    for each in revisions:
        await store.catalog.append(each)
        await store.catalog.append(replace(each, tenant="other"))

    async def found(wanted: Concerning, after: int = 0, until: int = 2**53) -> list[Revision]:
        return await store.catalog.concerning("acme", after, until, wanted)

    def only(number: int, rows: dict[str, list[dict[str, object]]]) -> Revision:
        return replace(revisions[number - 1], rows=CatalogRows.of(rows))

    of_offering = only(1, {"offerings": [mug], "prices": [of_mug]})
    assert await found(Concerning(frozenset({"mug"}))) == [of_offering]
    by_id = Concerning(frozenset({"mug"}), frozenset({"a"}), ("taxes",))
    assert await found(by_id) == [of_offering, only(3, {"taxes": [tax]}), only(4, {"prices": [moved]})]
    assert await found(by_id, 1, 3) == [only(3, {"taxes": [tax]})]
    literal = Concerning(frozenset({"$mug", "$$ROOT"}), frozenset({"$id"}))
    assert await found(literal) == [only(5, {"prices": [priced("$id", "$mug")]})]
    assert await found(Concerning(frozenset())) == []


async def test_the_revision_at_a_time(store: Store) -> None:
    for number in range(1, 4):
        await store.catalog.append(revision(number))
    await store.catalog.append(unchanged("u-1", 3))
    late = [replace(revision(4), at=revision(2).at), replace(revision(5), at=revision(3).at)]
    for each in late:
        await store.catalog.append(each)
    asked = [revision(1).at - timedelta(milliseconds=1), revision(1).at, revision(2).at, revision(9).at]
    assert [await store.catalog.revision_at("acme", at) for at in asked] == [0, 1, 4, 5]
    assert await store.catalog.revision_at("other", revision(9).at) == 0


def snapshot(number: int, rows: int = 2, tenant: str = "acme") -> CatalogSnapshot:
    names = [f"plan-{at}" for at in range(rows)]
    tables = {
        "offerings": [{"id": name, "name": "x" * 5000} for name in names],
        "taxes": [{"id": "fr", "country": "FR", "category": "standard", "rate": "20"}],
    }
    since = {"offerings": {name: 1 + at % number for at, name in enumerate(names)}, "taxes": {"fr": number}}
    return CatalogSnapshot(tenant, number, CatalogRows.stored(tables), since)


async def test_the_nearest_earlier_snapshot_is_found(store: Store) -> None:
    for each in (snapshot(3), snapshot(7), snapshot(5, tenant="other")):
        await store.catalog.keep(each)
    found = [await store.catalog.snapshot("acme", until) for until in (2, 3, 6, 7, 2**53)]
    assert found == [None, snapshot(3), snapshot(3), snapshot(7), snapshot(7)]
    assert await store.catalog.snapshot("third", 9) is None


async def test_a_large_snapshot_comes_back_in_order(store: Store) -> None:
    large = snapshot(3, rows=1000)
    await store.catalog.keep(large)
    await store.catalog.keep(large)
    found = await store.catalog.snapshot("acme", 3)
    assert found == large
    assert found is not None
    assert list(found.since["offerings"]) == [row.id for row in large.rows.offerings]


async def test_a_catalog_without_rows_has_a_snapshot_too(store: Store) -> None:
    empty = CatalogSnapshot("acme", 1, CatalogRows(), {})
    await store.catalog.keep(empty)
    assert await store.catalog.snapshot("acme", 1) == empty


def today() -> datetime:
    """A time of today, as the database keeps it: what was closed a day ago is deleted once a minute."""
    return datetime.now(UTC).replace(microsecond=0)


async def test_a_run_is_recorded_over_its_last_state(store: Store) -> None:
    start = today()
    assert await store.runs.current(start) == []
    other = Run("run-2", 0, (), start)
    for settled in (1, 5):
        seen = start + timedelta(minutes=settled)
        await store.runs.record(Run("run-1", settled, (3, 4), seen, closed=settled == 5, partitions=(0, 2)))
    await store.runs.record(other)
    assert sorted(await store.runs.current(start), key=lambda run: run.id) == [
        Run("run-1", 5, (3, 4), start + timedelta(minutes=5), closed=True, partitions=(0, 2)),
        other,
    ]


async def test_runs_are_current_while_open_or_closed_lately(store: Store) -> None:
    hours = [today() + timedelta(hours=number) for number in range(3)]
    for at, seen in enumerate(hours):
        await store.runs.record(Run(f"open-{at}", 0, (), seen))
        await store.runs.record(Run(f"closed-{at}", 0, (), seen, closed=True))
    found = {run.id for run in await store.runs.current(hours[1])}
    assert found == {"open-0", "open-1", "open-2", "closed-1", "closed-2"}
    await store.runs.record(Run("closed-0", 7, (), hours[0]))
    assert Run("closed-0", 7, (), hours[0]) in await store.runs.current(hours[1])


async def test_the_time_of_the_database_is_aware_and_near_ours(store: Store) -> None:
    before = datetime.now(UTC)
    told = await store.runs.time()
    assert before - timedelta(seconds=1) <= told <= datetime.now(UTC) + timedelta(seconds=1)


async def test_what_is_written_shows_after_catching_up(store: Store) -> None:
    run = Run("run-1", 1, (), START)
    await store.runs.record(run)
    await store.runs.caught_up()
    assert await store.runs.current(START) == [run]
