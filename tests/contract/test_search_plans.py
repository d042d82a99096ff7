"""How MongoDB answers searches over many carts: by an index, and a deep page by cursor as cheaply as the first one.

The server's profiler says what each operation looked at, so these are the very operations of the store.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from pymongo import AsyncMongoClient

from cartwright.wire.header import Header
from cartwright.wire.schema import format_time
from models.cart.cart import Cart, Item, Stamp
from queries.fields import FIELDS
from queries.parsing import read_filter
from queries.search import CartSearch, ElementSearch, Page, SortKey, ValueSearch, complete_order, sort_place
from storage.mongo.store import MongoStore
from storage.records import CartWrite
from support.records import START, full_cart, stored

CARTS = [3000, pytest.param(100_000, marks=pytest.mark.soak)]
AT_ONCE = 500
SIZE = 20
OF_A_CUSTOMER = 100
LATE = START + timedelta(days=5)
COUNTRIES = ("FR", "DE", "IT", "ES")

Ask = Callable[[MongoStore], Awaitable[Any]]


def cart(number: int, of: int) -> Cart:
    """Every cart has a key of its own, a hundred are of one customer, a fourth is of one country, all of one store."""
    header = {
        "currency": "EUR",
        "country": COUNTRIES[number % 4],
        "customer": {"id": f"u-{number % (of // OF_A_CUSTOMER)}"},
        "keys": {"orderId": f"o-{number}"},
        "storeId": "s-1",
    }
    return replace(
        full_cart(f"c-{number:06}"),
        header=Header.model_validate(header),
        items=(Item("i-1", f"plan-{number % 50}", 1),),
        containers=(),
        created=Stamp(START + timedelta(seconds=number), None),
        updated=Stamp(LATE + timedelta(seconds=(number * 7919) % of), None),
    )


class Many(NamedTuple):
    """A store with so many carts of a tenant, and what its operations looked at."""

    store: MongoStore
    count: int
    profiler: "Profiler"


@pytest.fixture(scope="module", params=CARTS)
async def many(request: pytest.FixtureRequest, mongo_url: str, client: AsyncMongoClient[Any]) -> AsyncIterator[Many]:
    """So many carts of a tenant, and a few of others."""
    count: int = request.param
    database = f"plans_{uuid4().hex[:12]}"
    store = MongoStore(mongo_url, database, driver="pymongo", timeout=30)
    await store.prepare()
    for start in range(0, count, AT_ONCE):
        made = [cart(number, count) for number in range(start, start + AT_ONCE)]
        await store.carts.commit([CartWrite(0, stored(each)) for each in made])
    strangers = [replace(cart(number, count), tenant=tenant) for number in range(50) for tenant in ("acm", "acme-2")]
    await store.carts.commit([CartWrite(0, stored(each)) for each in strangers])
    profiler = Profiler(client, database)
    await profiler.start()
    yield Many(store, count, profiler)
    await profiler.stop()
    await store.close()
    await client.drop_database(database)


def found_by(where: str | None, *names: str) -> CartSearch:
    keys = [SortKey(FIELDS[name.removeprefix("-")], name.startswith("-")) for name in names or ("id",)]
    return CartSearch(None if where is None else read_filter(where), complete_order(keys), Page(SIZE))


def carts(where: str | None, *names: str) -> Ask:
    return lambda store: store.searches.carts("acme", found_by(where, *names))


def values(where: str, name: str, *, counted: bool) -> Ask:
    search = ValueSearch(read_filter(where), FIELDS[name], counted=counted, page=Page(SIZE))
    return lambda store: store.searches.values("acme", search)


def elements(where: str, part: str) -> Ask:
    search = ElementSearch(read_filter(where), part, Page(SIZE))
    return lambda store: store.searches.elements("acme", search)


QUESTIONS: list[tuple[str, Ask, int | None]] = [
    ("by a key", carts('keys.orderId = "o-77"'), 2),
    ("by its id", carts('id = "c-000077"'), 2),
    ("a customer's, narrowed", carts('customer.id = "u-7" and country = "ES"'), 2 * OF_A_CUSTOMER),
    ("the last ones changed", carts(f'updatedAt >= "{format_time(LATE)}"', "-updatedAt"), None),
    ("those of a status", carts('status = "active" and country = "FR"'), None),
    ("with an offering", carts('items.offeringId = "plan-7"'), None),
    ("all of them", carts(None), None),
    ("countries of a customer", values('customer.id = "u-7"', "country", counted=False), OF_A_CUSTOMER),
    ("countries of active carts", values('status = "active"', "country", counted=False), None),
    (
        "offerings of a customer, counted",
        values('customer.id = "u-7"', "items.offeringId", counted=True),
        OF_A_CUSTOMER,
    ),
    ("elements", elements('customer.id = "u-7"', "items"), OF_A_CUSTOMER),
]
"""What is asked, and how many carts an operation looks at, at most: with a total, all that are found."""


class Profiler:
    """What the operations on the carts looked at, since it was last asked."""

    def __init__(self, client: AsyncMongoClient[Any], database: str) -> None:
        self._database = client[database]

    async def start(self) -> None:
        await self._database.command("profile", 2)

    async def stop(self) -> None:
        await self._database.command("profile", 0)
        await self._database.drop_collection("system.profile")

    async def operations(self) -> list[dict[str, Any]]:
        wanted = {"ns": f"{self._database.name}.carts", "op": {"$in": ["query", "command", "getmore"]}}
        found = await self._database["system.profile"].find(wanted).to_list()
        await self.stop()
        await self.start()
        return found

    async def keys(self) -> int:
        """How many keys of indexes they looked at."""
        return sum(each.get("keysExamined", 0) for each in await self.operations())


async def test_every_search_uses_an_index(many: Many) -> None:
    for name, ask, most in QUESTIONS:
        found = await ask(many.store)
        assert found.rows, name
        operations = await many.profiler.operations()
        assert operations, name
        for each in operations:
            assert each["planSummary"].startswith("IXSCAN"), (name, each["planSummary"])
            assert each["docsExamined"] <= (most or many.count), (name, each["docsExamined"])


async def test_the_newest_with_a_key_are_found_without_looking_at_the_others(many: Many) -> None:
    found = await many.store.carts.with_key("acme", "storeId", "s-1")
    assert [key.cart_id for key in found] == [f"c-{many.count - number:06}" for number in range(1, 11)]
    [operation] = await many.profiler.operations()
    assert operation["planSummary"].startswith("IXSCAN")
    assert not operation.get("hasSortStage", False)
    assert operation["docsExamined"] == len(found)


ORDERS: list[Sequence[str]] = [
    ("id",),
    ("-id",),
    ("createdAt", "id"),
    ("-createdAt",),
    ("updatedAt",),
    ("-updatedAt", "id"),
    ("customer.id",),
    ("-customer.id",),
]


@pytest.mark.parametrize("names", ORDERS, ids=" ".join)
async def test_the_hundredth_page_by_cursor_costs_what_the_second_costs(many: Many, names: Sequence[str]) -> None:
    """The pages between are skipped here, for a place is where the page before it ended."""
    first = found_by(None, *names)
    before = await many.store.searches.carts("acme", replace(first, page=Page(SIZE, skip=98 * SIZE)))
    costs = []
    for found in (await many.store.searches.carts("acme", first), before):
        await many.profiler.keys()
        after = sort_place(found.rows[-1], first.sort)
        page = await many.store.searches.carts("acme", replace(first, page=Page(SIZE, after=after)))
        costs.append(await many.profiler.keys())
        assert len(page.rows) == SIZE
    assert max(costs) <= 2 * SIZE + 2, costs
