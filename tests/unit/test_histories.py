"""Earlier revisions are read only where a prior price is told, and then only what concerns the line's offering."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audit import audit_stored, read_pages
from facts.snapshot import CatalogRows
from storage.memory.catalog import MemoryCatalog
from storage.memory.store import MemoryStore
from storage.records import Concerning, Revision
from support.dated_catalogs import DAY_ONE, MUG, SHOWN, day, days, listed, off, sale
from support.deliveries import TENANT, command_delivery
from support.simulation import SimulatedWorker
from workers.execute import offering_histories

MUGS = {"items": [{"id": "i-1", "offeringId": "mug", "quantity": 2}]}
HEADER = {"country": "FR", "currency": "EUR"}


class WatchedCatalog(MemoryCatalog):
    """Notes what is asked about earlier revisions."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[int, int, Concerning]] = []
        self.rows = 0
        self.times = 0

    async def concerning(self, tenant: str, after: int, until: int, wanted: Concerning) -> list[Revision]:
        self.asked.append((after, until, wanted))
        found = await super().concerning(tenant, after, until, wanted)
        self.rows += sum(len(rows) for each in found for rows in each.rows.by_kind().values())
        return found

    async def revision_at(self, tenant: str, at: datetime) -> int:
        self.times += 1
        return await super().revision_at(tenant, at)


class Till:
    """A worker whose clock is set by hand, and what it answers."""

    def __init__(self, *, shown: bool) -> None:
        self.store = MemoryStore()
        self.catalog = self.store.catalog = WatchedCatalog()
        self.store.briefings._catalog = self.catalog
        rows = CatalogRows.of({**MUG, **(SHOWN if shown else {}), "prices": [listed("12.00")]})
        self.catalog.revisions[TENANT] = [Revision(TENANT, 1, DAY_ONE, "catalog", b"", rows)]
        self.worker = SimulatedWorker(self.store)
        self._count = 0

    async def call(
        self, on: float, kind: str, data: dict[str, Any], cart_id: str | None = "c-1", **envelope: Any
    ) -> dict[str, Any]:
        """The reply to a command that arrives on a day."""
        self._count += 1
        self.worker.at = day(on)
        self.worker.receive(command_delivery(kind, cart_id, data, message_id=f"m-{self._count}", **envelope))
        await self.worker.drain()
        return self.worker.replies[-1]

    async def upsert(self, on: float, **rows: Any) -> None:
        for kind, given in rows.items():
            reply = await self.call(on, f"upsert-{kind}", {kind: given}, None)
            assert reply["type"] == "catalog-updated", reply

    def revise(self, on: float, rows: dict[str, Any]) -> None:
        """A revision that another worker has made."""
        known = self.catalog.revisions[TENANT]
        known.append(Revision(TENANT, len(known) + 1, day(on), f"r-{len(known)}", b"", CatalogRows.of(rows)))

    async def findings(self) -> list[Any]:
        await self.worker.close()
        return [each async for page in read_pages(self.store, TENANT) for each in audit_stored(page)]


def prior(reply: dict[str, Any]) -> tuple[str, str] | None:
    """What a unit of the first line cost before, and since when it is reduced."""
    told = reply["cart"]["items"][0]["prices"][0].get("priorPrice")
    return told and (told["unitGross"], told["reducedSince"])


async def test_a_line_shows_its_prior_price_from_the_command_to_the_stored_cart() -> None:
    till = Till(shown=True)
    await till.upsert(40, prices=[listed("15.00")])
    await till.upsert(50, prices=[sale("9.00", **days(None, 80))])
    created = await till.call(55, "create-cart", {**HEADER, **MUGS})
    assert prior(created) == ("12.00", "2026-02-19T00:00:00Z")
    assert created["cart"]["items"][0]["prices"][0]["gross"] == "18.00"
    assert (await till.call(56, "get-cart", {}))["cart"] == created["cart"]
    dry = await till.call(81, "reprice-cart", {}, dryRun=True)
    assert dry["cart"]["items"] == (await till.call(81, "reprice-cart", {}))["cart"]["items"]
    assert prior(await till.call(82, "get-cart", {})) is None
    # Sold again within 30 days: now the first sale counts.
    await till.upsert(90, promotions=[off("10")])
    assert prior(await till.call(91, "reprice-cart", {})) == ("9.00", "2026-03-31T00:00:00Z")
    assert await till.findings() == []


async def test_nothing_is_read_for_tenants_and_commands_that_do_not_tell_it() -> None:
    till = Till(shown=False)
    await till.upsert(50, prices=[sale("9.00")], promotions=[off("10")])
    await till.call(55, "create-cart", {**HEADER, **MUGS})
    await till.call(56, "update-products", {"products": [{"id": "i-1", "quantity": 3}]})
    await till.call(57, "get-cart", {"reprice": True})
    await till.call(58, "validate-cart", {})
    assert (till.catalog.asked, till.catalog.times) == ([], 0)
    explained = await till.call(59, "get-cart", {}, explain=True)
    [ledger] = explained["explanation"]["items"]
    assert ledger["priorPrice"]["unitGross"] == "12.00"
    assert prior(explained) is None
    assert len(till.catalog.asked) > 0
    assert await till.findings() == []


async def test_where_it_is_shown_nothing_is_read_for_what_is_not_reduced() -> None:
    till = Till(shown=True)
    await till.call(55, "create-cart", {**HEADER, **MUGS})
    await till.call(56, "reprice-cart", {})
    assert (till.catalog.asked, till.catalog.times) == ([], 0)


async def test_what_was_read_is_kept_and_continued() -> None:
    till = Till(shown=True)
    await till.upsert(50, prices=[sale("9.00")])
    await till.call(55, "create-cart", {**HEADER, **MUGS})
    read = len(till.catalog.asked)
    for number in range(2, 10):
        await till.call(55, "create-cart", {**HEADER, **MUGS}, f"c-{number}")
    assert len(till.catalog.asked) == read
    # A revision about something else, and one that ends the sale: just these are read.
    await till.upsert(56, offerings=[{"id": "cup"}])
    assert prior(await till.call(57, "reprice-cart", {})) == ("12.00", "2026-02-19T00:00:00Z")
    await till.upsert(58, prices=[sale("9.00", **days(None, 58))])
    await till.upsert(60, prices=[sale("8.00", **days(None, None))])
    assert prior(await till.call(61, "reprice-cart", {})) == ("9.00", "2026-03-01T00:00:00Z")
    assert [(after, until) for after, until, _ in till.catalog.asked[read:]] == [(2, 3), (3, 5)]
    assert await till.findings() == []


async def test_ten_thousand_revisions_are_read_in_pages_and_only_as_far_as_they_concern_the_line() -> None:
    """9,900 of another offering, and 100 of the mug in 30 days; the lowest was 10.01."""
    till = Till(shown=True)
    for number in range(10_000):
        own = number % 100 == 50
        amount = f"{10 + number % 7}.{1 + number // 101:02}"
        row = listed(amount) if own else {**listed("1.00", "cup"), "offeringId": "cup"}
        till.revise(20 + 30 * number / 10_000, {"prices": [row]})
    till.revise(50, {"prices": [sale("9.00")]})
    amounts = [
        int(each.rows.prices[0].amount.replace(".", ""))
        for each in till.catalog.revisions[TENANT][1:-1]
        if each.rows.prices[0].id == "list"
    ]
    reply = await till.call(55, "create-cart", {**HEADER, **MUGS})
    lowest = min([1200, *amounts])
    assert prior(reply) == (f"{lowest // 100}.{lowest % 100:02}", "2026-02-19T00:00:00Z")
    pages = {until - after for after, until, _ in till.catalog.asked}
    assert max(pages) <= offering_histories.HISTORY_REVISIONS_AT_ONCE
    assert till.catalog.rows < 500
    assert await till.findings() == []


async def test_a_price_that_was_here_for_a_while_is_followed_when_it_leaves() -> None:
    """8.00 was the mug's price on day 10 only; neither the first nor the last revision says that it ever was."""
    till = Till(shown=True)
    low = {**listed("8.00", "a-low"), "offeringId": "cup"}
    till.revise(2, {"prices": [low]})
    till.revise(10, {"prices": [{**low, "offeringId": "mug"}]})
    till.revise(11, {"prices": [low]})
    till.revise(50, {"prices": [sale("7.00", "sale", "list", "a-low")]})
    assert prior(await till.call(55, "create-cart", {**HEADER, **MUGS})) == ("12.00", "2026-02-19T00:00:00Z")
    assert await till.findings() == []


async def test_other_commands_have_their_turn_while_a_long_history_is_worked_out() -> None:
    """3,000 revisions of the mug itself: its command waits, and the event loop goes on."""
    till = Till(shown=True)
    for number in range(3000):
        till.revise(20 + number / 100, {"prices": [listed(f"{10 + number % 5}.50")]})
    till.revise(50, {"prices": [sale("9.00")]})
    turns, going = 0, True

    async def others() -> None:
        nonlocal turns
        while going:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(others())
    reply = await till.call(55, "create-cart", {**HEADER, **MUGS})
    going = False
    await other
    assert prior(reply) == ("10.50", "2026-02-19T00:00:00Z")
    assert turns > 3000 / 20
    again = turns
    other = asyncio.create_task(others())
    await till.call(55, "create-cart", {**HEADER, **MUGS}, "c-2")
    assert turns < again + 100
    other.cancel()


async def test_lines_of_one_command_are_read_together_and_only_so_many_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(offering_histories, "MOST_OFFERINGS", 3)
    till = Till(shown=True)
    names = [f"mug-{number}" for number in range(5)]
    point = {**listed("12.00"), "taxIncluded": True}
    till.revise(2, {"offerings": [{"id": each, "taxCategory": "standard"} for each in names]})
    till.revise(3, {"prices": [{**point, "id": each, "offeringId": each} for each in names]})
    till.revise(50, {"promotions": [off("25")]})
    lines = [{"id": each, "offeringId": each} for each in names]
    three = await till.call(55, "create-cart", {**HEADER, "items": lines[:3]})
    assert [item["prices"][0]["priorPrice"]["unitGross"] for item in three["cart"]["items"]] == ["12.00"] * 3
    assert {tuple(sorted(wanted.offering_ids)) for _, _, wanted in till.catalog.asked} == {tuple(names[:3])}
    assert len(till.catalog.asked) == 1
    two = await till.call(55, "create-cart", {**HEADER, "items": lines}, "c-2")
    assert [item["prices"][0]["priorPrice"]["unitGross"] for item in two["cart"]["items"]] == ["12.00"] * 5
    assert await till.findings() == []


async def test_a_policy_that_begins_to_show_them_is_no_change_of_amounts() -> None:
    till = Till(shown=False)
    await till.upsert(50, prices=[sale("9.00")])
    await till.call(55, "create-cart", {**HEADER, **MUGS})
    shown = {"pricingPolicy": {"priorPrices": "shown"}}
    assert (await till.call(56, "set-configuration", shown, None))["status"] == "applied"
    again = await till.call(57, "reprice-cart", {})
    assert (again["status"], prior(again)) == ("unchanged", ("12.00", "2026-02-19T00:00:00Z"))
    more = await till.call(58, "update-products", {"products": [{"id": "i-1", "quantity": 3}]})
    assert prior(more) == ("12.00", "2026-02-19T00:00:00Z")
    assert await till.findings() == []


async def test_prices_of_another_time_and_catalog() -> None:
    """Explained as of day 52; compared with day 20, when nothing was reduced."""
    till = Till(shown=True)
    await till.upsert(50, prices=[sale("9.00", **days(None, 60))])
    await till.call(55, "create-cart", {**HEADER, **MUGS})
    await till.upsert(70, prices=[listed("5.00")])
    then = await till.call(80, "reprice-cart", {"asOf": (DAY_ONE + timedelta(days=51)).isoformat()[:19] + "Z"})
    assert prior(then) == ("12.00", "2026-02-19T00:00:00Z")
    compared = await till.call(
        81,
        "compare-price",
        {"to": {"asOf": "2026-02-21T00:00:00Z"}, "from": {"asOf": "2026-01-20T00:00:00Z"}},
        explain=True,
    )
    explanation = compared["explanation"]
    assert explanation["items"][0]["priorPrice"]["reducedSince"] == "2026-02-19T00:00:00Z"
    assert "priorPrice" not in explanation["comparedWith"]["items"][0]
    assert datetime(2026, 2, 19, tzinfo=UTC) == day(50)
