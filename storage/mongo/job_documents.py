"""Jobs as documents."""

from models.cart.cart import Stamp
from models.cart.forms import Document
from models.jobs.job import Counted, Job, JobKind, JobOrder, JobRecord, JobState, Plan, Selection
from models.jobs.report import CartOutcome
from models.jobs.tally import Failure, Moved, Tally
from storage.mongo.forms import JOB


def write_order(job: Job) -> Document:
    """What never changes of a job."""
    order, selection = job.order, job.order.selection
    return {
        **JOB.mark,
        "tenant": job.tenant,
        "jobId": job.id,
        "kind": order.kind.value,
        "createdBy": selection.created_by,
        "where": selection.where,
        "cartIds": list(selection.cart_ids) if selection.cart_ids is not None else None,
        "label": order.label,
        "preview": order.preview,
        "asOf": order.as_of,
        "withDrafts": list(order.with_drafts),
        "ratePerSecond": order.rate_per_second,
        "created": {"at": job.created.at, "by": job.created.by},
        "reason": job.reason,
        "catalogRevision": job.catalog_revision,
    }


def write_progress(job: Job) -> Document:
    """What changes of a job. `open`: a planner has something to do for it."""
    return {
        "revision": job.revision,
        "state": job.state.value,
        "startedAt": job.started_at,
        "steeredAt": job.steered_at,
        "finishedAt": job.finished_at,
        "plan": {
            "after": job.plan.after,
            "chunks": job.plan.chunks,
            "carts": job.plan.carts,
            "complete": job.plan.complete,
            "latest": [list(ids) for ids in job.plan.latest],
        },
        "counted": {"upto": job.counted.upto, "beyond": sorted(job.counted.beyond)},
        "tally": write_tally(job.tally),
        "commands": [
            {"id": each.command_id, "bodyHash": each.body_hash, "token": each.token, "status": each.status}
            for each in job.commands
        ],
        "announced": job.announced,
        "open": not (job.ended and job.announced),
    }


def read_job(document: Document) -> Job:
    """The job that `write_order` and `write_progress` wrote; raises `NewerData`."""
    JOB.check(document)
    selection = Selection(document["createdBy"], document["where"], _tuple_or_none(document["cartIds"]))
    order = JobOrder(
        kind=JobKind(document["kind"]),
        selection=selection,
        label=document["label"],
        preview=document["preview"],
        as_of=document["asOf"],
        with_drafts=tuple(document["withDrafts"]),
        rate_per_second=document["ratePerSecond"],
    )
    created, plan, counted = document["created"], document["plan"], document["counted"]
    return Job(
        id=document["jobId"],
        tenant=document["tenant"],
        order=order,
        created=Stamp(created["at"], created["by"]),
        reason=document["reason"],
        state=JobState(document["state"]),
        catalog_revision=document["catalogRevision"],
        started_at=document["startedAt"],
        steered_at=document["steeredAt"],
        finished_at=document["finishedAt"],
        plan=Plan(
            plan["after"], plan["chunks"], plan["carts"], plan["complete"], tuple(tuple(ids) for ids in plan["latest"])
        ),
        counted=Counted(counted["upto"], frozenset(counted["beyond"])),
        tally=read_tally(document["tally"]),
        commands=tuple(
            JobRecord(each["id"], bytes(each["bodyHash"]), bytes(each["token"]), each["status"])
            for each in document["commands"]
        ),
        announced=document["announced"],
        revision=document["revision"],
    )


def write_tally(tally: Tally) -> Document:
    """Sums as a document; the hash is wider than any integer of BSON."""
    return {
        "counts": {outcome.value: count for outcome, count in tally.counts.items()},
        "amounts": [[*key, *sums] for key, sums in tally.amounts.items()],
        "kept": [[currency, amount] for currency, amount in tally.kept.items()],
        "rises": [[each.cart_id, each.currency, each.difference] for each in tally.rises],
        "falls": [[each.cart_id, each.currency, each.difference] for each in tally.falls],
        "failures": [[each.cart_id, each.code, each.message] for each in tally.failures],
        "hash": f"{tally.hash:x}",
    }


def read_tally(document: Document) -> Tally:
    """The sums that `write_tally` wrote."""
    return Tally(
        counts={CartOutcome(name): count for name, count in document["counts"].items()},
        amounts={
            (currency, kind, period): (before, after) for currency, kind, period, before, after in document["amounts"]
        },
        kept=dict(document["kept"]),
        rises=tuple(Moved(*each) for each in document["rises"]),
        falls=tuple(Moved(*each) for each in document["falls"]),
        failures=tuple(Failure(*each) for each in document["failures"]),
        hash=int(document["hash"], 16),
    )


def _tuple_or_none(values: list[str] | None) -> tuple[str, ...] | None:
    return tuple(values) if values is not None else None
