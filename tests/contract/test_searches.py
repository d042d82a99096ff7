"""What every store's searches do: what the filter means for each cart in memory, in the order and page asked for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from cartwright.wire.header import Header
from cartwright.wire.status import CartStatus
from models.cart.cart import Cart, Container, Item, Stamp
from models.cart.pricing_result import DueNow, PricingResult, PromotionOutcome, VoucherOutcome
from queries.fields import FIELDS, field_named
from queries.matching import matches
from queries.parsing import read_filter
from queries.search import CartSearch, ElementSearch, Found, Page, SortKey, ValueSearch, sort_place
from storage.ports import Store
from storage.records import CartWrite
from support.records import START, deleted, full_cart, stored

COUNTRIES = ["FR", "DE", None]
TESTS = [
    'status = "active"',
    'id = "c-07"',
    'id in ("c-01", "c-02", "nobody")',
    'id like "c-1%"',
    'id >= "c-10"',
    'id < "c-05"',
    "version > 2",
    "version != 3",
    'currency = "USD"',
    'currency != "USD"',
    "currency exists",
    'country in ("FR", "DE")',
    'country != "FR"',
    "country exists",
    'source = "OFFER"',
    'scenario like "acq%"',
    'scenario like "acq\\u0000%"',
    'scenario = "acq\\u00001"',
    'id like "c-1\\u0000%"',
    'keys.subscriptionId like "\\u0000%"',
    "externalContext exists",
    'storeHostname != "shop.example"',
    'paymentMethod in ("card", "cash")',
    'productRecoId = "r-1"',
    'catalogId > "k-1"',
    'endUser.id = "e-1"',
    "endUser.id exists",
    'channel.id = "web"',
    'marketSegment.id = "b2b"',
    'marketSegment.id like "b%"',
    "marketSegment.id exists",
    'customer.id > "u-1"',
    "customer.id exists",
    'keys.subscriptionId = "j-3"',
    'keys.subscriptionId like "j-1%"',
    'keys.subscriptionId > "j-3"',
    "keys.subscriptionId exists",
    'keys.orderId <= "x-2"',
    'keys.storeId = "s-1"',
    'keys.storeId != "s-1"',
    "keys.storeId exists",
    'createdAt >= "2026-01-03T00:00:00Z"',
    'updatedAt < "2026-01-09T12:00:00Z"',
    'items.offeringId = "o-1"',
    'items.offeringId != "o-1"',
    'items.offeringId > "o-1"',
    "items.offeringId exists",
    'items.action in ("modify", "keep")',
    'containers.category = "mobile"',
    'promotions.id = "ten-off"',
    "vouchers.code exists",
]
AMOUNTS = [
    'currency = "EUR" and dueNow.payable > "10.00"',
    'currency = "EUR" and dueNow.payable in ("0.00", "5.00")',
    'currency = "USD" and not dueNow.payable <= "12.5"',
]


def carts(seed: int) -> list[Cart]:
    random = Random(seed)
    return [_cart(f"c-{number:02}", random) for number in range(30)]


def _cart(cart_id: str, random: Random) -> Cart:
    segment = random.choice([None, "b2b", {"id": "b2c"}, {"name": "no id"}])
    keys = {
        "subscriptionId": f"j-{random.randint(1, 20)}",
        "orderId": f"x-{random.randint(1, 4)}",
        "storeId": f"s-{random.randint(1, 4)}",
    }
    given: dict[str, Any] = {
        "currency": random.choice(["EUR", "USD"]),
        "forcedCurrency": random.choice([None, None, "USD"]),
        "country": random.choice(COUNTRIES),
        "channel": random.choice([None, {"id": "web"}, {"id": "shop"}, {"name": "web"}]),
        "marketSegment": segment,
        "customer": random.choice([None, {"id": f"u-{random.randint(1, 3)}"}, {"userType": "ANONYMOUS"}]),
        "source": random.choice([None, "PURCHASE", "OFFER"]),
        "scenario": random.choice([None, "acquisition", "acq\x001", "renewal"]),
        "externalContext": random.choice([None, "call 7"]),
        "storeHostname": random.choice([None, "shop.example", "other.example"]),
        "paymentMethod": random.choice([None, "card", "cash", "cheque"]),
        "productRecoId": random.choice([None, "r-1"]),
        "catalogId": random.choice([None, "k-1", "k-2"]),
        "endUser": random.choice([None, {"id": "e-1"}, {"id": "e-2"}, {"userType": "ANONYMOUS"}]),
        "keys": dict(random.sample(list(keys.items()), random.randint(0, 2))),
        "storeId": random.choice([None, "s-1", "s-2"]),
        "subscriptionId": random.choice([None, "j-1", "j-3"]),
    }
    offerings = random.choices(["o-1", "o-2", "o-3", None], k=random.randint(0, 4))
    items = [
        Item(f"i-{n}", each, 1, product_id="p", action=random.choice(["add", "modify", "keep"]))
        for n, each in enumerate(offerings)
    ]
    promotions = [PromotionOutcome(each) for each in random.sample(["ten-off", "free"], random.randint(0, 2))]
    return replace(
        full_cart(cart_id, version=random.randint(1, 4)),
        status=random.choice([CartStatus.ACTIVE, CartStatus.ACTIVE, CartStatus.SAVED, CartStatus.SUBMITTED]),
        header=Header.model_validate({name: value for name, value in given.items() if value is not None}),
        created=Stamp(START + timedelta(days=random.randint(0, 4)), None),
        updated=Stamp(START + timedelta(days=random.randint(5, 10)), None),
        containers=tuple(Container(f"k-{n}", each) for n, each in enumerate(random.sample(["mobile", None], 1))),
        items=tuple(items),
        pricing=PricingResult(
            promotions=tuple(promotions),
            vouchers=tuple(VoucherOutcome("V") for _ in range(random.randint(0, 1))),
            due_now=DueNow(random.choice([0, 500, 1250, 2000]), random.choice([0, 250]), random.choice([0, 2])),
        ),
    )


@pytest.fixture
async def known(store: Store) -> list[Cart]:
    """Carts of a tenant, beside a deleted one, and one of another tenant whose name begins the same."""
    found = carts(7)
    others = [deleted(full_cart("c-99")), replace(full_cart("c-07"), tenant="acme-2"), replace(found[0], tenant="acm")]
    await store.carts.commit([CartWrite(0, stored(cart)) for cart in (*found, *others)])
    return found


def random_filters(seed: int, count: int) -> list[str]:
    random = Random(seed)
    found = []
    for _ in range(count):
        parts = [f"{random.choice(['', 'not '])}{each}" for each in random.sample(TESTS, random.randint(2, 4))]
        joined = parts[0]
        for part in parts[1:]:
            joined = f"({joined}) {random.choice(['and', 'or'])} {part}"
        found.append(joined)
    return found


BY_ID = (SortKey(FIELDS["id"]),)


async def test_a_filter_finds_the_carts_for_which_it_holds(store: Store, known: list[Cart]) -> None:
    seen = set()
    for text in [*TESTS, *AMOUNTS, *(f"not {each}" for each in TESTS), *random_filters(3, 150)]:
        where = read_filter(text)
        wanted = [cart.id for cart in known if matches(cart, where)]
        found = await store.searches.carts("acme", CartSearch(where, BY_ID, Page(1000)))
        assert [cart.id for cart in found.rows] == wanted, text
        assert (found.total, found.more) == (len(wanted), False)
        seen.add(len(wanted))
    assert len(seen) > 15, "the filters tell too few carts apart"


async def test_what_is_found_is_the_cart_itself(store: Store, known: list[Cart]) -> None:
    found = await store.searches.carts("acme", CartSearch(None, BY_ID, Page(1000)))
    assert list(found.rows) == known


async def walked(store: Store, search: CartSearch) -> list[str]:
    """All ids, page by page with cursors."""
    ids: list[str] = []
    page: Found[Cart] = await store.searches.carts("acme", search)
    while True:
        ids += [cart.id for cart in page.rows]
        if not page.more:
            return ids
        after = sort_place(page.rows[-1], search.sort)
        page = await store.searches.carts("acme", replace(search, page=Page(search.page.size, after=after)))
        assert page.total is None


@pytest.mark.parametrize(
    "names", [["id"], ["-id"], ["-updatedAt"], ["createdAt", "-id"], ["customer.id"], ["-customer.id", "updatedAt"]]
)
async def test_pages_by_number_and_by_cursor_follow_the_order(
    store: Store, known: list[Cart], names: Sequence[str]
) -> None:
    keys = [SortKey(FIELDS[name.removeprefix("-")], name.startswith("-")) for name in names]
    sort = tuple(keys if keys[-1].field.name == "id" else [*keys, SortKey(FIELDS["id"])])
    search = CartSearch(read_filter('status in ("active", "saved")'), sort, Page(4))
    wanted = [cart for cart in known if cart.status in {CartStatus.ACTIVE, CartStatus.SAVED}]
    for key in reversed(sort):
        wanted.sort(key=lambda cart, key=key: _sortable(sort_place(cart, [key])[0]), reverse=key.descending)
    assert await walked(store, search) == [cart.id for cart in wanted]
    numbered = [
        cart.id
        for number in range(10)
        for cart in (await store.searches.carts("acme", replace(search, page=Page(4, number * 4)))).rows
    ]
    assert numbered == [cart.id for cart in wanted]


def _sortable(value: object) -> tuple[bool, Any]:
    return (value is not None, value if value is not None else 0)


@pytest.mark.parametrize(
    "name",
    [
        "country",
        "status",
        "items.offeringId",
        "customer.id",
        "currency",
        "createdAt",
        "keys.subscriptionId",
        "keys.storeId",
        "marketSegment.id",
        "version",
        "id",
        "promotions.id",
    ],
)
async def test_values_are_listed_and_counted_per_cart(store: Store, known: list[Cart], name: str) -> None:
    field = field_named(name)
    assert field is not None
    where = read_filter('status = "active"')
    counts: dict[Any, int] = {}
    for cart in known:
        if cart.status is CartStatus.ACTIVE:
            for value in set(field.values(cart)):
                counts[value] = counts.get(value, 0) + 1
    listed = await store.searches.values("acme", ValueSearch(where, field, counted=False, page=Page(1000)))
    assert [row.value for row in listed.rows] == sorted(counts)
    counted = await store.searches.values("acme", ValueSearch(where, field, counted=True, page=Page(1000)))
    wanted = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    assert [(row.value, row.carts) for row in counted.rows] == wanted
    assert counted.total == listed.total == len(counts)
    first = await store.searches.values("acme", ValueSearch(where, field, counted=True, page=Page(1)))
    after = (first.rows[0].carts, first.rows[0].value)
    rest = await store.searches.values("acme", ValueSearch(where, field, counted=True, page=Page(1000, after=after)))
    assert [(row.value, row.carts) for row in rest.rows] == wanted[1:]
    after_first = Page(1000, after=(min(counts),))
    rest = await store.searches.values("acme", ValueSearch(where, field, counted=False, page=after_first))
    assert [row.value for row in rest.rows] == sorted(counts)[1:]


@pytest.mark.parametrize("part", ["items", "containers", "promotions", "vouchers"])
async def test_elements_come_one_by_one(store: Store, known: list[Cart], part: str) -> None:
    lists = {"items": lambda cart: cart.items, "containers": lambda cart: cart.containers}
    of = lists.get(part) or (lambda cart: getattr(cart.pricing, part))
    wanted = [(cart.id, place) for cart in known for place in range(len(of(cart)))]
    found = await store.searches.elements("acme", ElementSearch(None, part, Page(1000)))
    assert [(row.cart.id, row.place) for row in found.rows] == wanted
    assert found.total == len(wanted)
    half = len(wanted) // 2
    rest = await store.searches.elements("acme", ElementSearch(None, part, Page(1000, after=wanted[half - 1])))
    assert [(row.cart.id, row.place) for row in rest.rows] == wanted[half:]
