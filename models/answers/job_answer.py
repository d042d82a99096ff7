"""The answer that shows a job."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from cartwright.wire.headers import STATUS
from cartwright.wire.money import format_amount
from cartwright.wire.replies import Status
from cartwright.wire.schema import format_time
from models.answers import encoding
from models.answers.answer import Headers
from models.cart.forms import Document
from models.jobs.job import Job
from models.jobs.report import CartOutcome
from models.jobs.tally import Moved, Tally


@dataclass(frozen=True, slots=True)
class JobAnswer:
    """What a command about a job came to, or the job as it is (`read`)."""

    status: Status
    job: Job
    type: ClassVar[str] = "job-updated"

    @property
    def headers(self) -> Headers:
        """The status."""
        return {STATUS: self.status}

    def body(self, command_id: str | None) -> bytes:
        """Contract, "Jobs"."""
        return encoding.encode(
            {
                "type": self.type,
                "commandId": command_id,
                "status": self.status,
                "job": render_job(self.job),
                "warnings": [],
            }
        )


def render_job(job: Job) -> Document:
    """The job as on the wire."""
    order, tally = job.order, job.tally
    return {
        "id": job.id,
        "kind": order.kind.value,
        "label": order.label,
        "mode": "preview" if order.preview else "apply",
        "state": job.state.value,
        "where": order.selection.where,
        "asOf": format_time(order.as_of) if order.as_of is not None else None,
        "withDrafts": list(order.with_drafts),
        "ratePerSecond": order.rate_per_second,
        "catalogRevision": job.catalog_revision,
        "counts": {
            "total": job.plan.carts,
            "seen": tally.seen,
            **{outcome.value: tally.counts.get(outcome, 0) for outcome in CartOutcome},
        },
        **_sums(tally),
        "reportHash": job.report_hash,
        "createdAt": format_time(job.created.at),
        "startedAt": format_time(job.started_at) if job.started_at is not None else None,
        "finishedAt": format_time(job.finished_at) if job.finished_at is not None else None,
    }


def _sums(tally: Tally) -> Document:
    return {
        "amounts": [
            {
                "currency": currency,
                "type": kind,
                "period": period,
                "before": format_amount(before, currency),
                "after": format_amount(after, currency),
                "difference": format_amount(after - before, currency),
            }
            for (currency, kind, period), (before, after) in sorted(
                tally.amounts.items(), key=lambda each: tuple(part or "" for part in each[0])
            )
        ],
        "largestRises": _moved(tally.rises),
        "largestFalls": _moved(tally.falls),
        "failures": [{"cartId": each.cart_id, "code": each.code, "message": each.message} for each in tally.failures],
        "keptAmounts": [
            {"currency": currency, "amount": format_amount(amount, currency)}
            for currency, amount in sorted(tally.kept.items())
        ],
    }


def _moved(carts: Sequence[Moved]) -> list[Document]:
    return [
        {
            "cartId": each.cart_id,
            "currency": each.currency,
            "difference": format_amount(each.difference, each.currency),
        }
        for each in carts
    ]
