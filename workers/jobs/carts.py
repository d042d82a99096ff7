"""What a job does to some carts of a chunk."""

from collections.abc import Collection, Sequence

from cartwright.wire.command import AnyCommand, AnyEnvelope, Command
from cartwright.wire.schema import format_time
from cartwright.wire.status import CartStatus
from handlers.expiry import EXPIRE_IN_JOB
from handlers.job_repricing import REPRICE_IN_JOB
from handlers.kinds import CartCommand
from models.jobs.job import Job, JobKind, JobOrder
from models.jobs.report import ReportLine
from workers.clock import Clock
from workers.consume.lanes import Lanes
from workers.consume.work import Work
from workers.jobs.chunk_answers import CartSource, ChunkAnswers, Running
from workers.jobs.job_carts import JobCarts, command_id
from workers.jobs.lines import gone_line, refused, refused_lines, told_lines, untouched_line
from workers.jobs.messages import JobMessages
from workers.jobs.sorting import Sorting
from workers.publish.outbound import Sender, hand_out

NO_HASH = b""
"""Of a body that nobody sent. The id says all: one job does one thing to a cart."""


class CartRuns:
    """Has carts repriced, expired or exported, and says what came of each."""

    def __init__(
        self, carts: JobCarts, sorting: Sorting, lanes: Lanes, outbound: Sender, messages: JobMessages, clock: Clock
    ) -> None:
        self._carts = carts
        self._sorting = sorting
        self._lanes = lanes
        self._outbound = outbound
        self._messages = messages
        self._clock = clock

    async def sort_out(self, job: Job, cart_ids: Sequence[str]) -> tuple[list[ReportLine], Sequence[str]]:
        """The lines of carts with which nothing has to be done, and the ids of the others."""
        if job.order.kind is not JobKind.REPRICING:
            return [], cart_ids
        found = await self._sorting.sort(job, cart_ids)
        return found.lines, found.to_price

    async def run(self, job: Job, cart_ids: Sequence[str], running: Running) -> list[ReportLine]:
        """The lines of these carts, in any order; without those that were taken out of the lanes."""
        if job.order.kind is JobKind.EXPORT:
            return await self._exported(job, cart_ids)
        return await self._commanded(job, cart_ids, running)

    async def done_before(self, job: Job, cart_ids: Collection[str]) -> list[ReportLine]:
        """The lines of those carts that the job has been through already, in any order; nothing is done to any."""
        return await self._carts.done_before(job, cart_ids)

    async def _commanded(self, job: Job, cart_ids: Sequence[str], running: Running) -> list[ReportLine]:
        answers = running.answers = ChunkAnswers(len(cart_ids))
        try:
            entry, envelope = _command_of(job)
            for number, cart_id in enumerate(cart_ids):
                source = CartSource(answers, number, cart_id)
                self._lanes.put(Work(source, entry, self._command(job, envelope, cart_id), None, of_job=True))
            told = await answers.done()
        finally:
            running.answers = None
        carts = await self._carts.load(job.tenant, refused(told))
        return [*told_lines(told), *refused_lines(told, carts)]

    def _command(self, job: Job, envelope: AnyEnvelope, cart_id: str) -> AnyCommand:
        return Command(
            tenant=job.tenant,
            id=command_id(job, cart_id),
            body_hash=NO_HASH,
            envelope=envelope,
            cart_id=cart_id,
            actor=job.created.by,
            received_at=self._clock(),
            job_id=job.id,
        )

    async def _exported(self, job: Job, cart_ids: Sequence[str]) -> list[ReportLine]:
        found = await self._carts.load(job.tenant, cart_ids)
        carts = [cart for cart in found.values() if cart.status is not CartStatus.DELETED]
        await hand_out(self._outbound, [self._messages.exported(job, cart) for cart in carts])
        there = {cart.id for cart in carts}
        gone = [gone_line(cart_id) for cart_id in cart_ids if cart_id not in there]
        return [*map(untouched_line, carts), *gone]


def _command_of(job: Job) -> tuple[CartCommand, AnyEnvelope]:
    """The command that a job gives about each of its carts; which one, it says outside the envelope."""
    order = job.order
    entry, data = (EXPIRE_IN_JOB, {}) if order.kind is JobKind.EXPIRY else (REPRICE_IN_JOB, _prices(order))
    fields = {"type": entry.kind, "dryRun": order.preview, "reason": job.reason, "data": data}
    return entry, entry.envelope.model_validate({name: value for name, value in fields.items() if value is not None})


def _prices(order: JobOrder) -> dict[str, object]:
    at = {"asOf": format_time(order.as_of)} if order.as_of is not None else {}
    return {**at, "withDrafts": list(order.with_drafts)}
