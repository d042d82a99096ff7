"""What the audit looks at: the recorded day beside everything that the database holds about it."""

from collections import defaultdict
from dataclasses import dataclass

from demo.history import Body, History, Sending
from facts.snapshot import Facts
from handlers.registry import commands
from storage.ports import Store
from storage.records import CartKey, CommandKey, Entry, StoredCart

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Evidence:
    """The day from both sides.

    `journals` holds every stored cart's entries by version, `recorded` all commands that left a trace, `catalogs`
    each tenant's catalog at every revision, `events` the `cart-updated` events of each cart in order of arrival.
    """

    history: History
    carts: dict[CartKey, StoredCart]
    journals: dict[CartKey, list[Entry]]
    recorded: frozenset[CommandKey]
    catalogs: dict[str, list[Facts]]
    events: dict[CartKey, list[Body]]


async def collect(store: Store, history: History) -> Evidence:
    """Read all that is stored about the carts and commands of the day."""
    commands()  # whoever reads journals must know every change that a command can make
    named = {CartKey(each.tenant, each.cart_id) for each in history.sendings if each.cart_id}
    carts = await store.carts.load(named)
    journals = {key: await store.journal.history(key) for key in carts}
    recorded = await _recorded(store, history.sendings)
    catalogs = {tenant: await _catalogs(store, tenant) for tenant in {each.tenant for each in history.sendings}}
    events: dict[CartKey, list[Body]] = defaultdict(list)
    for _, event in history.events:
        if event["type"] == "cart-updated":
            events[CartKey(event["tenant"], event["cartId"])].append(event)
    return Evidence(history, carts, journals, recorded, catalogs, events)


async def _recorded(store: Store, sendings: list[Sending]) -> frozenset[CommandKey]:
    keys = sorted({(each.tenant, each.message_id) for each in sendings if each.message_id})
    found: set[CommandKey] = set()
    for start in range(0, len(keys), _BATCH):
        batch = [CommandKey(tenant, message_id) for tenant, message_id in keys[start : start + _BATCH]]
        found |= (await store.journal.lookup(batch)).keys() | (await store.catalog.of_commands(batch)).keys()
    return frozenset(found)


async def _catalogs(store: Store, tenant: str) -> list[Facts]:
    """The catalog at revision 0, 1, 2 …"""
    snapshots = [Facts()]
    for revision in await store.catalog.since({tenant: 0}):
        snapshots.append(snapshots[-1].with_rows(revision.rows, revision.revision))
    return snapshots
