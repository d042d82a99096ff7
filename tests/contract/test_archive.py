"""What every store's archive does: it keeps carts where their journals begin; the journal lets go of old entries."""

from datetime import timedelta

from storage.ports import Store
from storage.records import CartKey
from support.records import START, entry, full_cart

KEY = CartKey("acme", "c-1")


def minute(number: int):
    return START + timedelta(minutes=number)


async def test_what_was_kept_is_loaded_field_by_field(store: Store) -> None:
    await store.archive.keep(full_cart(version=3))
    await store.archive.keep(full_cart("c-2", tenant="other"))
    assert await store.archive.load([KEY, CartKey("acme", "c-2")]) == {KEY: full_cart(version=3)}
    assert await store.archive.load([]) == {}


async def test_only_a_later_version_takes_its_place(store: Store) -> None:
    for version in (3, 2, 5, 4):
        await store.archive.keep(full_cart(version=version))
    assert (await store.archive.load([KEY]))[KEY].version == 5


async def test_entries_made_between_two_times_come_in_order_of_time(store: Store) -> None:
    entries = [entry(f"m-{number}", number, cart_id=f"c-{number % 2}") for number in range(1, 7)]
    await store.journal.append([*reversed(entries)])
    found = await store.journal.made_between(minute(1), minute(5), 9)
    assert found == [(CartKey("acme", f"c-{number % 2}"), minute(number)) for number in (2, 3, 4)]
    assert await store.journal.made_between(minute(1), minute(5), 2) == found[:2]


async def test_only_what_is_old_and_up_to_the_version_is_removed(store: Store) -> None:
    own = [entry(f"m-{number}", number) for number in range(1, 5)]
    unchanged = entry("m-same", 2, status="unchanged")
    lately = entry("m-late", 1, status="unchanged", at=minute(9))
    others = [entry("m-5", 1, cart_id="c-2"), entry("m-1", 1, tenant="other")]
    await store.journal.append([*own, unchanged, lately, *others])
    await store.journal.remove(KEY, 3, minute(3))
    every = [*own, unchanged, lately, *others]
    left = await store.journal.lookup([each.key for each in every])
    assert {each.command_id for each in left.values() if each.cart_key == KEY} == {"m-3", "m-4", "m-late"}
    assert {each.key for each in others} <= left.keys()
