"""What every store's journal does."""

from dataclasses import replace

from storage.ports import Store
from storage.records import CartKey, CommandKey
from support.records import entry


async def test_what_was_appended_is_found_by_command_field_by_field(store: Store) -> None:
    first, second = entry("m-1", 1), entry("m-2", 2, actor="u-1", reason=None, status="unchanged")
    await store.journal.append([first, second])
    assert await store.journal.lookup([first.key, second.key]) == {first.key: first, second.key: second}


async def test_lookup_leaves_out_what_is_not_there(store: Store) -> None:
    await store.journal.append([entry("m-1", 1)])
    keys = [CommandKey("acme", "m-2"), CommandKey("other", "m-1"), CommandKey("acme", "$ne")]
    assert await store.journal.lookup(keys) == {}


async def test_appending_again_changes_nothing(store: Store) -> None:
    first = entry("m-1", 1)
    await store.journal.append([first])
    await store.journal.append([replace(first, version=9), entry("m-2", 2)])
    await store.journal.append([first])
    found = await store.journal.lookup([first.key, CommandKey("acme", "m-2")])
    assert {key.command_id: each.version for key, each in found.items()} == {"m-1": 1, "m-2": 2}


async def test_history_is_in_order_of_versions_whatever_the_order_of_appending(store: Store) -> None:
    await store.journal.append([entry("m-3", 3), entry("m-1", 1)])
    await store.journal.append([entry("m-2", 2), entry("m-x", 2, cart_id="c-2"), entry("m-1", 1, tenant="other")])
    history = await store.journal.history(CartKey("acme", "c-1"))
    assert [(each.command_id, each.version) for each in history] == [("m-1", 1), ("m-2", 2), ("m-3", 3)]
    later = await store.journal.history(CartKey("acme", "c-1"), 1)
    assert [each.version for each in later] == [2, 3]
    assert await store.journal.history(CartKey("acme", "c-9")) == []


async def test_what_changed_nothing_is_no_history(store: Store) -> None:
    await store.journal.append([entry("m-1", 1), entry("m-2", 1, status="unchanged")])
    history = await store.journal.history(CartKey("acme", "c-1"))
    assert [each.command_id for each in history] == ["m-1"]


async def test_history_can_be_asked_for_in_parts(store: Store) -> None:
    await store.journal.append([entry(f"m-{number}", number) for number in range(1, 8)])
    key = CartKey("acme", "c-1")
    assert [each.version for each in await store.journal.history(key, 2, 6)] == [3, 4, 5, 6]
    assert [each.version for each in await store.journal.history(key, 2, 6, 3)] == [3, 4, 5]
    assert await store.journal.history(key, 0, 0) == []
