"""What every store tells a group before it is executed."""

from storage.ports import Store
from storage.records import REVISIONS_AT_ONCE, Briefing, CartKey, CartWrite, CommandKey
from support.records import entry, full_cart, revision, stored


async def test_carts_entries_of_the_commands_and_revisions_that_are_newer(store: Store) -> None:
    first, second = entry("m-1", 1), entry("m-2", 2, reason=None)
    await store.journal.append([first, second, entry("m-1", 1, tenant="other"), entry("m-9", 3)])
    revisions = [revision(number) for number in (1, 2, 3)]
    for each in revisions:
        await store.catalog.append(each)
    carts = [stored(full_cart(name)) for name in ("c-1", "c-2", "c-3")]
    await store.carts.commit([CartWrite(0, each) for each in carts])
    told = await store.briefings.fetch(
        [carts[0].key, carts[1].key, CartKey("acme", "c-9"), CartKey("other", "c-3")],
        [first.key, second.key, CommandKey("acme", "m-3"), CommandKey("acme", "$ne")],
        {"acme": 1, "other": 0},
    )
    assert told == Briefing(
        {each.key: each for each in carts[:2]}, {first.key: first, second.key: second}, revisions[1:]
    )


async def test_nothing_is_told_that_was_not_asked_for(store: Store) -> None:
    await store.carts.commit([CartWrite(0, stored(full_cart()))])
    await store.journal.append([entry("m-1", 1)])
    await store.catalog.append(revision(1))
    assert await store.briefings.fetch([], [], {"acme": 0}) == Briefing({}, {}, [revision(1)])
    assert await store.briefings.fetch([], [], {"acme": 1}) == Briefing({}, {}, [])


async def test_many_carts_come_at_once(store: Store) -> None:
    carts = [stored(full_cart(f"c-{number}")) for number in range(300)]
    await store.carts.commit([CartWrite(0, each) for each in carts])
    told = await store.briefings.fetch([each.key for each in carts], [], {"acme": 0})
    assert told.carts == {each.key: each for each in carts}


async def test_of_many_revisions_the_first_come(store: Store) -> None:
    revisions = [revision(number) for number in range(1, REVISIONS_AT_ONCE + 3)]
    for each in (*revisions, revision(1, tenant="other")):
        await store.catalog.append(each)
    told = (await store.briefings.fetch([], [], {"acme": 0, "other": 0})).revisions
    assert len(told) == REVISIONS_AT_ONCE
    assert [each for each in told if each.tenant == "acme"] == revisions[: REVISIONS_AT_ONCE - 1]
    assert [each.revision for each in told if each.tenant == "other"] == [1]
    assert (await store.briefings.fetch([], [], {"acme": 3})).revisions == revisions[3:]
