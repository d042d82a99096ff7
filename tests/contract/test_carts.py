"""What every store's carts do."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cartwright.wire.header import Header
from cartwright.wire.status import CartStatus
from models.cart.brief import CartBrief
from models.cart.cart import Cart, ChosenPromotion, Item
from models.cart.keys import RELEASED
from models.cart.lock import Lock
from models.cart.overrides import PriceOverride
from models.cart.pricing_result import CartWarning
from models.cart.tombstone import tombstone
from storage.ports import Store
from storage.records import CartKey, CartVersion, CartWrite, LiveKey, Run, StoredCart, WriteResult
from support.records import START, deleted, entry, full_cart, stored

LATER = START + timedelta(days=1)
COMMITTED, CONFLICT, KEY_TAKEN = WriteResult.COMMITTED, WriteResult.CONFLICT, WriteResult.KEY_TAKEN


def keyed(cart_id: str, version: int, **keys: str):
    cart = full_cart(cart_id, version=version)
    return stored(replace(cart, header=Header.model_validate({"currency": "EUR", "keys": keys})))


def run(settled: int, abandoned: tuple[int, ...] = ()) -> Run:
    return Run("run-1", settled, abandoned, START)


async def test_what_was_committed_is_loaded_field_by_field(store: Store) -> None:
    wanted = stored(full_cart(), group=3, outbox=(entry("m-1", 1), entry("m-2", 2)))
    assert await store.carts.commit([CartWrite(0, wanted)]) == [COMMITTED]
    assert await store.carts.load([CartKey("acme", "c-1")]) == {CartKey("acme", "c-1"): wanted}


async def test_load_leaves_out_what_is_not_there(store: Store) -> None:
    await store.carts.commit([CartWrite(0, stored(full_cart("c-1"))), CartWrite(0, stored(full_cart("c-2")))])
    keys = [CartKey("acme", "c-2"), CartKey("acme", "c-3"), CartKey("other", "c-1")]
    assert set(await store.carts.load(keys)) == {CartKey("acme", "c-2")}
    assert await store.carts.load([]) == {}


def briefed() -> list[Cart]:
    """Carts of which every part of a brief is told, or none."""
    header = {"currency": "EUR", "country": "FR", "forcedCurrency": "USD", "billCycleDay": 3}
    named = Header.model_validate({**header, "keys": {"agreementId": "ag-1"}})
    plain = replace(full_cart("c-2").pricing, warnings=(CartWarning("rule-not-met", "A bundle."),))
    dated = {
        "id": "o-1",
        "priceType": "one-time",
        "kind": "percent",
        "value": "1",
        "reason": "r",
        "role": "x",
        "at": START,
    }
    override = PriceOverride.model_validate({**dated, "validFor": {"endDateTime": LATER}})
    line = Item("i-1", "hat", 1)
    held = replace(full_cart("c-4"), header=named, held_vouchers=("v-1",), chosen_promotions=(ChosenPromotion("p-1"),))
    return [
        full_cart("c-1"),
        replace(full_cart("c-2"), pricing=plain, items=(line, replace(line, id="i-2"), Item("i-3", None, 1))),
        replace(full_cart("c-3"), pricing=plain, items=(replace(line, overrides=(override,)),)),
        replace(held, lock=Lock("agent-7", LATER), frozen_until=LATER, items=()),
        tombstone(deleted(full_cart("c-5"))),
    ]


async def test_briefs_say_of_a_cart_what_the_cart_itself_says(store: Store) -> None:
    carts = briefed()
    await store.carts.commit([CartWrite(0, stored(cart)) for cart in carts])
    found = await store.carts.briefs([*(CartKey("acme", cart.id) for cart in carts), CartKey("acme", "c-9")])
    assert found == {CartKey("acme", cart.id): CartBrief.of(cart) for cart in carts}
    assert [each.intricate for each in found.values()].count(True) == 3
    assert found[CartKey("acme", "c-2")].offering_ids == ("hat",)
    assert await store.carts.briefs([]) == {}


async def test_the_carts_of_one_tenant_come_in_pages(store: Store) -> None:
    others = [replace(full_cart("c-2"), tenant=tenant) for tenant in ("acm", "acme-2", "acme0", "b")]
    carts = [full_cart("c-10"), deleted(full_cart("c-1")), full_cart("c-2"), full_cart("d/1"), *others]
    await store.carts.commit([CartWrite(0, stored(cart)) for cart in carts])
    first = await store.carts.of_tenant("acme", "", 3)
    assert [(each.cart.tenant, each.cart.id) for each in first] == [("acme", "c-1"), ("acme", "c-10"), ("acme", "c-2")]
    assert first[1] == stored(full_cart("c-10"))
    assert [each.cart.id for each in await store.carts.of_tenant("acme", "c-2", 3)] == ["d/1"]
    assert await store.carts.of_tenant("acme", "d/1", 3) == []
    assert await store.carts.of_tenant("nobody", "", 3) == []


async def test_a_commit_replaces_the_version_that_it_expects(store: Store) -> None:
    await store.carts.commit([CartWrite(0, stored(full_cart(version=1)))])
    assert await store.carts.commit([CartWrite(1, stored(full_cart(version=2)))]) == [COMMITTED]
    assert await store.carts.commit([CartWrite(2, stored(full_cart(version=9)))]) == [COMMITTED]
    (loaded,) = (await store.carts.load([CartKey("acme", "c-1")])).values()
    assert loaded.cart.version == 9


async def test_a_stale_commit_and_a_second_creation_are_conflicts(store: Store) -> None:
    await store.carts.commit([CartWrite(0, stored(full_cart(version=2)))])
    for expected in (0, 1, 3):
        assert await store.carts.commit([CartWrite(expected, stored(full_cart(version=5)))]) == [CONFLICT]
    (loaded,) = (await store.carts.load([CartKey("acme", "c-1")])).values()
    assert loaded.cart.version == 2


async def test_a_commit_replaces_nothing_but_what_its_writer_knew(store: Store) -> None:
    """Who changes nothing leaves the version as it is; whoever knew the cart before has to look again."""
    await store.carts.commit([CartWrite(0, stored(full_cart(version=2), group=1))])
    unchanged = stored(full_cart(version=2), group=2, outbox=(entry("m-1", 2, status="unchanged"),))
    first = unchanged.stamp._replace(group=1)
    assert await store.carts.commit([CartWrite(2, unchanged, first)]) == [COMMITTED]
    assert await store.carts.commit([CartWrite(2, stored(full_cart(version=3), group=3), first)]) == [CONFLICT]
    assert await store.carts.load([unchanged.key]) == {unchanged.key: unchanged}
    elsewhere = unchanged.stamp._replace(run="run-2")
    assert await store.carts.commit([CartWrite(2, stored(full_cart(version=3)), elsewhere)]) == [CONFLICT]
    assert await store.carts.commit([CartWrite(2, stored(full_cart(version=3)), unchanged.stamp)]) == [COMMITTED]


async def test_conflicts_are_told_apart_and_hold_nobody_up(store: Store) -> None:
    existing = [CartWrite(0, stored(full_cart(f"c-{number}"))) for number in range(4)]
    assert await store.carts.commit(existing) == [COMMITTED] * 4
    expectations = [1, 0, 1, 7]
    writes = [
        CartWrite(expected, stored(full_cart(f"c-{number}", version=2))) for number, expected in enumerate(expectations)
    ]
    writes.append(CartWrite(0, stored(full_cart("c-new"))))
    assert await store.carts.commit(writes) == [COMMITTED, CONFLICT, COMMITTED, CONFLICT, COMMITTED]
    loaded = await store.carts.load([CartKey("acme", f"c-{number}") for number in range(4)])
    assert [loaded[CartKey("acme", f"c-{number}")].cart.version for number in range(4)] == [2, 1, 2, 1]


async def test_tenants_do_not_share_a_cart_id(store: Store) -> None:
    writes = [CartWrite(0, stored(full_cart("c-1", tenant=tenant))) for tenant in ("acme", "other")]
    assert await store.carts.commit(writes) == [COMMITTED, COMMITTED]


async def test_a_tombstone_is_loaded_and_stays_dead(store: Store) -> None:
    first = full_cart()
    await store.carts.commit([CartWrite(0, stored(first))])
    assert await store.carts.with_key("acme", "salesJourneyId", "j-c-1") == [CartKey("acme", "c-1")]
    tombstone = stored(deleted(first), outbox=(entry("m-del", 2),))
    assert await store.carts.commit([CartWrite(1, tombstone)]) == [COMMITTED]
    assert await store.carts.load([tombstone.key]) == {tombstone.key: tombstone}
    assert await store.carts.commit([CartWrite(0, stored(first)), CartWrite(1, stored(first))]) == [CONFLICT, CONFLICT]
    assert await store.carts.with_key("acme", "salesJourneyId", "j-c-1") == []


async def test_carts_are_found_by_key_the_newest_first(store: Store) -> None:
    """The one that was changed last is none of the newest; those of one moment come by id."""
    oldest = keyed("c-6", 9, journey="j-1")
    earlier = replace(oldest.cart.created, at=START - timedelta(days=1))
    carts = [
        stored(replace(oldest.cart, created=earlier)),
        keyed("c-1", 3, journey="j-1"),
        keyed("c-3", 1, journey="j-1", external="x"),
        keyed("c-2", 2, journey="j-1"),
        keyed("c-4", 4, external="j-1"),
        keyed("c-5", 5, journey="j-10"),
    ]
    await store.carts.commit([CartWrite(0, each) for each in carts])
    found = await store.carts.with_key("acme", "journey", "j-1")
    assert [key.cart_id for key in found] == ["c-3", "c-2", "c-1", "c-6"]
    assert await store.carts.with_key("acme", "external", "x") == [CartKey("acme", "c-3")]
    assert await store.carts.with_key("other", "journey", "j-1") == []
    assert await store.carts.with_key("acme", "journey", "$ne") == []


async def test_at_most_ten_carts_are_found(store: Store) -> None:
    carts = [keyed(f"c-{number:02}", number, journey="j-1") for number in range(1, 13)]
    await store.carts.commit([CartWrite(0, each) for each in carts])
    found = await store.carts.with_key("acme", "journey", "j-1")
    assert [key.cart_id for key in found] == [f"c-{number:02}" for number in range(12, 2, -1)]


async def test_a_key_of_its_own_is_written_for_one_open_cart(store: Store) -> None:
    first, second = keyed("c-1", 1, externalId="x"), keyed("c-2", 1, externalId="x", uniqueId="u")
    other = stored(replace(first.cart, tenant="other"))
    writes = [CartWrite(0, each) for each in (first, keyed("c-3", 1, externalId="x-1", customerId="x"), other)]
    assert await store.carts.commit(writes) == [COMMITTED] * 3
    assert await store.carts.commit([CartWrite(0, second)]) == [KEY_TAKEN]
    assert await store.carts.commit([CartWrite(0, keyed("c-4", 1)), CartWrite(0, second)]) == [COMMITTED, KEY_TAKEN]
    assert second.key not in await store.carts.load([second.key])
    assert await store.carts.commit([CartWrite(0, replace(second, given_up=frozenset({"externalId=x"})))]) == [
        COMMITTED
    ]
    assert await store.carts.commit([CartWrite(0, keyed("c-5", 1, uniqueId="u"))]) == [KEY_TAKEN]


@pytest.mark.parametrize("status", sorted(RELEASED))
async def test_a_cart_that_is_not_open_lets_go_of_its_keys(store: Store, status: CartStatus) -> None:
    first, second = keyed("c-1", 1, externalId="x"), keyed("c-2", 1, externalId="x")
    ended = stored(replace(first.cart, version=2, status=status))
    assert await store.carts.commit([CartWrite(0, first)]) == [COMMITTED]
    assert await store.carts.commit([CartWrite(1, ended)]) == [COMMITTED]
    assert await store.carts.commit([CartWrite(0, second)]) == [COMMITTED]
    assert await store.carts.commit([CartWrite(2, stored(replace(first.cart, version=3)))]) == [KEY_TAKEN]
    assert await store.carts.holders({LiveKey("acme", "externalId=x")}) == {
        LiveKey("acme", "externalId=x"): {second.key}
    }
    assert (await store.carts.with_key("acme", "externalId", "x"))[0] == second.key


async def test_the_open_carts_that_have_a_key_are_found(store: Store) -> None:
    carts = [keyed("c-1", 1, externalId="x", uniqueId="u"), keyed("c-2", 1, externalId="y"), keyed("c-3", 1, other="x")]
    carts.append(stored(replace(keyed("c-1", 1, externalId="x").cart, tenant="other")))
    await store.carts.commit([CartWrite(0, each) for each in carts])
    texts = [("acme", "externalId=x"), ("other", "externalId=x"), ("acme", "uniqueId=u"), ("acme", "externalId=none")]
    assert await store.carts.holders({LiveKey(*each) for each in texts}) == {
        LiveKey("acme", "externalId=x"): {CartKey("acme", "c-1")},
        LiveKey("acme", "uniqueId=u"): {CartKey("acme", "c-1")},
        LiveKey("other", "externalId=x"): {CartKey("other", "c-1")},
    }


async def test_carts_whose_date_has_come_are_found_the_earliest_first(store: Store) -> None:
    def dated(cart_id: str, minutes: int, **fields: Any) -> StoredCart:
        return stored(replace(full_cart(cart_id), suppress_at=START + timedelta(minutes=minutes), **fields))

    lock = Lock("anna", START + timedelta(minutes=20))
    carts = [dated("c-1", 5), dated("c-2", 3), dated("c-3", 4, status=CartStatus.SAVED), dated("c-4", 11)]
    carts += [dated(f"c-{status}", 1, status=status) for status in (CartStatus.SUBMITTED, CartStatus.EXPIRED)]
    carts += [dated("c-5", 1, lock=lock), dated("c-6", 6, lock=replace(lock, until=START)), stored(full_cart("c-7"))]
    await store.carts.commit([CartWrite(0, each) for each in carts])

    async def due(minutes: int, limit: int = 10) -> list[str]:
        return [each.key.cart_id for each in await store.carts.due(START + timedelta(minutes=minutes), limit)]

    assert await due(10) == ["c-2", "c-3", "c-1", "c-6"]
    assert await due(10, limit=2) == ["c-2", "c-3"]
    assert await due(2) == []
    assert await due(30) == ["c-5", "c-2", "c-3", "c-1", "c-6", "c-4"]
    assert (await store.carts.due(START + timedelta(minutes=3), 1))[0].version == 1


async def test_carts_that_nobody_has_changed_for_long_are_found(store: Store) -> None:
    lock = Lock("anna", START + timedelta(minutes=8))
    carts = [full_cart("c-1", version=3), full_cart("c-2", version=2), replace(full_cart("c-3"), lock=lock)]
    carts += [replace(full_cart("c-4"), status=CartStatus.SUBMITTED), replace(full_cart("c-5"), tenant="other")]
    await store.carts.commit([CartWrite(0, replace(stored(cart), idles=True)) for cart in carts])

    async def idle(minutes: int, limit: int = 10) -> list[CartVersion]:
        return await store.carts.idle("acme", START + timedelta(minutes=minutes), limit)

    assert await idle(2) == [CartVersion(CartKey("acme", "c-2"), 2)]
    assert [each.key.cart_id for each in await idle(7)] == ["c-2", "c-1"]
    assert [each.key.cart_id for each in await idle(7, limit=1)] == ["c-2"]
    assert [each.key.cart_id for each in await idle(8)] == ["c-3", "c-2", "c-1"]


async def test_carts_that_were_written_before_can_be_made_to_expire_so(store: Store) -> None:
    carts = [full_cart("c-1"), replace(full_cart("c-2"), status=CartStatus.EXPIRED)]
    carts.append(replace(full_cart("c-3"), tenant="acme-2"))
    await store.carts.commit([CartWrite(0, stored(cart)) for cart in carts])
    assert await store.carts.idle("acme", LATER, 10) == []
    await store.carts.let_idle("acme")
    assert await store.carts.idle("acme", LATER, 10) == [CartVersion(CartKey("acme", "c-1"), 1)]
    assert await store.carts.idle("acme-2", LATER, 10) == []
    assert (await store.carts.load([CartKey("acme", "c-1")]))[CartKey("acme", "c-1")] == stored(carts[0])


async def test_unsettled_carts_come_in_group_order(store: Store) -> None:
    for group, cart_id in ((4, "c-4"), (2, "c-2"), (3, "c-3"), (1, "c-1")):
        await store.carts.commit([CartWrite(0, stored(full_cart(cart_id), group=group))])
    await store.carts.commit([CartWrite(0, stored(full_cart("c-other"), run="run-2", group=9))])

    async def found(of: Run, limit: int = 10) -> list[str]:
        return [each.cart.id for each in await store.carts.unpublished(of, LATER, limit)]

    assert await found(run(0)) == ["c-1", "c-2", "c-3", "c-4"]
    assert await found(run(2)) == ["c-3", "c-4"]
    assert await found(run(3, abandoned=(1,))) == ["c-1", "c-4"]
    assert await found(run(4)) == []
    assert await found(run(0), limit=2) == ["c-1", "c-2"]


async def test_what_was_just_written_is_not_unsettled_yet(store: Store) -> None:
    for version in (1, 2, 3):
        await store.carts.commit([CartWrite(0, stored(full_cart(f"c-{version}", version=version)))])
    found = await store.carts.unpublished(run(0), START + timedelta(minutes=2), 10)
    assert [each.cart.id for each in found] == ["c-1"]


async def test_deleted_carts_are_purged_in_time_and_once(store: Store) -> None:
    carts = {name: stored(deleted(full_cart(name, version=version))) for version, name in enumerate(("a", "b", "c"), 1)}
    await store.carts.commit([CartWrite(0, each) for each in (*carts.values(), stored(full_cart("d")))])
    at = carts["b"].purge_at
    assert at == carts["b"].cart.updated.at + timedelta(days=7)
    assert [each.cart.id for each in await store.carts.to_purge(at - timedelta(milliseconds=1), 9)] == ["a"]
    assert await store.carts.to_purge(at, 9) == [carts["a"], carts["b"]]
    assert await store.carts.to_purge(at, 1) == [carts["a"]]
    bare = replace(carts["a"], cart=tombstone(carts["a"].cart), purged=True)
    assert await store.carts.commit([CartWrite(2, bare, bare.stamp)]) == [COMMITTED]
    assert await store.carts.load([bare.key]) == {bare.key: bare}
    assert await store.carts.to_purge(at, 9) == [carts["b"]]
    assert await store.carts.commit([CartWrite(0, stored(full_cart("a")))]) == [CONFLICT]
    assert [each.cart.id for each in await store.carts.of_tenant("acme", "", 9)] == ["a", "b", "c", "d"]
