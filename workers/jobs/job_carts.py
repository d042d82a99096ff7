"""The carts of jobs as they are stored, and what jobs have left with them."""

from collections.abc import Collection, Mapping

from models.cart.cart import Cart
from models.jobs.job import Job
from models.jobs.report import ReportLine
from storage.ports import Carts, Journal
from storage.records import CartKey, CommandKey
from workers.clock import Clock
from workers.jobs.lines import remembered_lines


def command_id(job: Job, cart_id: str) -> str:
    """The id under which a job does what it does to a cart: one job does one thing to each."""
    return f"{job.id}:{cart_id}"


class JobCarts:
    """Reads carts for jobs, and changes none."""

    def __init__(self, carts: Carts, journal: Journal, clock: Clock) -> None:
        self._carts = carts
        self._journal = journal
        self._clock = clock

    async def load(self, tenant: str, cart_ids: Collection[str]) -> Mapping[str, Cart]:
        """Those of the carts that there are, deleted ones too, as they are now."""
        if not cart_ids:
            return {}
        found = await self._carts.load([CartKey(tenant, cart_id) for cart_id in cart_ids])
        now = self._clock()
        return {key.cart_id: stored.cart.as_of(now) for key, stored in found.items()}

    async def done_before(self, job: Job, cart_ids: Collection[str]) -> list[ReportLine]:
        """The lines of those carts that the job has been through already, in any order."""
        stored = await self._carts.load([CartKey(job.tenant, cart_id) for cart_id in cart_ids])
        # What has left a cart's outbox is in the journal, so the journal comes second.
        entries = {entry.key: entry for each in stored.values() for entry in each.outbox}
        keys = {cart_id: CommandKey(job.tenant, command_id(job, cart_id), by_job=True) for cart_id in cart_ids}
        entries |= await self._journal.lookup([*keys.values()])
        return remembered_lines({cart_id: entries[key] for cart_id, key in keys.items() if key in entries})
