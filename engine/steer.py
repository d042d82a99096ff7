"""One command about a job: a new job, or what becomes of one that exists."""

from dataclasses import replace

from cartwright.wire.command import AnyCommand
from cartwright.wire.refusals import ErrorCode, Refusal
from handlers.kinds import JobCommand, JobContext
from handlers.named_job import job_not_found
from models.cart.cart import Stamp
from models.derived_id import derived_id
from models.jobs.job import Job, Plan


def job_id_of(entry: JobCommand, command: AnyCommand) -> str:
    """The job that a command is about; that of a new one is derived from the message id."""
    if entry.order is None:
        return str(command.data.job_id)
    return "j-" + derived_id(command.tenant, str(command.id))


def steer(entry: JobCommand, job: Job | None, context: JobContext) -> Job:
    """The job after the command, at the same revision; raises `Refusal`."""
    command = context.command
    if command.envelope.version is not None:
        raise Refusal.at("/version", ErrorCode.INVALID, "A job has no versions.", "unknown-field")
    if entry.order is not None:
        return _ordered(entry, context)
    if job is None or entry.steer is None:
        raise job_not_found()
    return entry.steer(job, command.data, context)


def _ordered(entry: JobCommand, context: JobContext) -> Job:
    command = context.command
    if entry.order is None:
        raise TypeError(f"{entry.kind} starts no job")
    job = Job(
        id=job_id_of(entry, command),
        tenant=command.tenant,
        order=entry.order(command.data, context),
        created=Stamp(context.now, command.actor),
        reason=command.envelope.reason,
        catalog_revision=context.facts.revision,
        steered_at=context.now,
    )
    return job if context.carts is None else replace(job, plan=Plan(carts=context.carts))
