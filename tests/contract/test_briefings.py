"""What every store tells a group before it is executed."""

from support.records import entry, revision

from cartwright.storage.interfaces import Store
from cartwright.storage.records import Briefing, CommandKey


async def test_entries_of_the_commands_and_revisions_that_are_newer(store: Store) -> None:
    first, second = entry("m-1", 1), entry("m-2", 2, reason=None)
    await store.journal.append([first, second, entry("m-1", 1, tenant="other"), entry("m-9", 3)])
    revisions = [revision(number) for number in (1, 2, 3)]
    for each in revisions:
        await store.catalog.append(each)
    keys = [first.key, second.key, CommandKey("acme", "m-3"), CommandKey("acme", "$ne")]
    told = await store.briefings.fetch(keys, {"acme": 1, "other": 0})
    assert told == Briefing({first.key: first, second.key: second}, revisions[1:])


async def test_without_commands_only_revisions_are_asked_for(store: Store) -> None:
    await store.journal.append([entry("m-1", 1)])
    await store.catalog.append(revision(1))
    assert await store.briefings.fetch([], {"acme": 0}) == Briefing({}, [revision(1)])
    assert await store.briefings.fetch([], {"acme": 1}) == Briefing({}, [])
