"""Earlier catalogs in memory: each is built once while it is used, and the least recently used one goes first."""

import asyncio

import pytest

from facts.snapshot import CatalogRows, Facts
from storage.records import StorageUnavailable
from workers.execute import old_catalogs
from workers.execute.old_catalogs import LEAST, OldCatalogs


class Builder:
    """Builds catalogs of so many rows, once it may go on, and knows which it has built."""

    def __init__(self, rows: int = 0) -> None:
        offerings = [{"id": f"o-{number}"} for number in range(rows)]
        self._facts = Facts().with_rows(CatalogRows.of({"offerings": offerings}), 1)
        self.built: list[tuple[str, int]] = []
        self.going = asyncio.Event()
        self.going.set()
        self.failing = False

    async def __call__(self, tenant: str, revision: int) -> Facts:
        self.built.append((tenant, revision))
        await self.going.wait()
        if self.failing:
            raise StorageUnavailable("down")
        return self._facts


async def asked(catalogs: OldCatalogs, *revisions: int, tenant: str = "acme") -> None:
    for each in revisions:
        await catalogs.get(tenant, each)


async def test_what_was_asked_for_last_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old_catalogs, "MOST", LEAST)
    build = Builder()
    catalogs = OldCatalogs(build)
    await asked(catalogs, *range(LEAST), 0, LEAST, 0, 2)
    assert build.built == [("acme", number) for number in range(LEAST + 1)]
    await asked(catalogs, 1)
    assert build.built[-1] == ("acme", 1)


async def test_small_catalogs_of_many_tenants_stay() -> None:
    build = Builder(rows=5)
    catalogs = OldCatalogs(build)
    for _ in range(2):
        for number in range(100):
            await asked(catalogs, 1, tenant=f"t-{number}")
    assert len(build.built) == 100


async def test_of_large_ones_fewer_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 12 rows each, the tenth is one too many."""
    monkeypatch.setattr(old_catalogs, "MOST_ROWS", 110)
    build = Builder(rows=12)
    catalogs = OldCatalogs(build)
    await asked(catalogs, *range(10), *range(1, 10))
    assert len(build.built) == 10
    await asked(catalogs, 0)
    assert build.built[-1] == ("acme", 0)


async def test_a_few_stay_however_large_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old_catalogs, "MOST_ROWS", 1)
    build = Builder(rows=12)
    await asked(OldCatalogs(build), *range(LEAST), *range(LEAST))
    assert len(build.built) == LEAST


async def test_whoever_asks_meanwhile_waits_for_the_same_one() -> None:
    build = Builder()
    build.going.clear()
    catalogs = OldCatalogs(build)
    waiting = [asyncio.create_task(catalogs.get("acme", 7)) for _ in range(5)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    build.going.set()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(found[0], asyncio.CancelledError)
    assert all(each is found[1] for each in found[2:])
    assert build.built == [("acme", 7)]


async def test_what_could_not_be_built_is_built_anew() -> None:
    build = Builder()
    build.failing = True
    catalogs = OldCatalogs(build)
    failed = await asyncio.gather(*(catalogs.get("acme", 7) for _ in range(3)), return_exceptions=True)
    assert [type(each) for each in failed] == [StorageUnavailable] * 3
    build.failing = False
    assert isinstance(await catalogs.get("acme", 7), Facts)
    assert build.built == [("acme", 7)] * 2
