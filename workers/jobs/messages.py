"""Messages of jobs: chunks for the batch queues, and events."""

import json
from dataclasses import dataclass

from cartwright.wire.parked import CHUNK
from cartwright.wire.schema import format_time
from models.answers import encoding
from models.answers.job_answer import render_job
from models.answers.rendering import render_cart
from models.cart.cart import Cart
from models.jobs.job import Job, JobKind
from storage.jobs import ChunkKey, JobKey
from workers.amqp import Outgoing
from workers.broker.topology import Topology
from workers.clock import Clock
from workers.publish.cloud_events import CloudEvents

_COMPLETED = {
    JobKind.REPRICING: "reprice-completed",
    JobKind.EXPIRY: "expiry-completed",
    JobKind.EXPORT: "export-completed",
}


@dataclass(frozen=True, slots=True)
class JobMessages:
    """Builds messages; `cloud_events` writes the headers of events."""

    topology: Topology
    cloud_events: CloudEvents
    clock: Clock

    def chunk(self, key: ChunkKey) -> Outgoing:
        """A chunk for whichever worker takes it."""
        tenant, job_id = key.job
        body = {"tenant": tenant, "jobId": job_id, "chunk": key.number}
        return Outgoing(
            exchange="",
            routing_key=self.topology.batch(key.number % self.topology.settings.batch_queues),
            body=json.dumps(body).encode(),
            message_id=f"{tenant}:{job_id}:{key.number}",
            type=CHUNK,
            mandatory=True,
        )

    def progress(self, job: Job) -> Outgoing:
        """How far a job has come."""
        return self._of_job(job, "reprice-progress", f":{job.revision}")

    def completed(self, job: Job) -> Outgoing:
        """A job has ended; under an id that is the same whenever this is published."""
        return self._of_job(job, _COMPLETED[job.order.kind], "")

    def exported(self, job: Job, cart: Cart) -> Outgoing:
        """A whole cart; under an id that is the same whenever this job publishes it."""
        body = {"version": cart.version, "cart": render_cart(cart)}
        return self._event(job, "cart-exported", f"{job.tenant}:{job.id}:{cart.id}:cart-exported", cart.id, body)

    def _of_job(self, job: Job, kind: str, suffix: str) -> Outgoing:
        return self._event(job, kind, f"{job.tenant}:{job.id}:{kind}{suffix}", job.id, {"job": render_job(job)})

    def _event(self, job: Job, kind: str, event_id: str, subject: str, body: dict[str, object]) -> Outgoing:
        at = format_time(job.finished_at or self.clock())
        named = {"cartId": subject} if kind == "cart-exported" else {}
        shared = {"tenant": job.tenant, "jobId": job.id, **named, "at": at, "reason": job.reason}
        return Outgoing(
            exchange=self.topology.events,
            routing_key=f"{job.tenant}.{kind}",
            body=encoding.encode({"type": kind, **shared, "actor": job.created.by, **body}),
            message_id=event_id,
            type=kind,
            headers=self.cloud_events.headers(event_id, kind, subject, at),
        )


def read_chunk(body: bytes) -> ChunkKey:
    """The chunk that a message names; raises ValueError for one that names none."""
    match json.loads(body):
        case {"tenant": str(tenant), "jobId": str(job_id), "chunk": int(number)} if number > 0:
            return ChunkKey(JobKey(tenant, job_id), number)
    raise ValueError("the message names no chunk of a job")
