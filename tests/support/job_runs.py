"""Jobs on simulated workers: planned, run chunk by chunk, and cut off wherever a test likes."""

import asyncio
import json
from typing import Any

from models.jobs.job import Job
from storage.jobs import JobKey
from support.deliveries import TENANT, command_delivery, delivery
from support.patience import PATIENCE
from support.simulation import SimulatedWorker


async def command(worker: SimulatedWorker, kind: str, data: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The reply to a command."""
    known = len(worker.replies)
    worker.take(command_delivery(kind, fields.pop("cart_id", None), data, **fields))
    await worker.drain()
    return worker.replies[known]


async def run_chunks(worker: SimulatedWorker, limit: int = 1000) -> None:
    """Run so many of the chunks that were handed out, one after the other."""
    while worker.chunks and limit:
        limit -= 1
        message = worker.chunks.pop(0)
        worker.parts.runner.receive(delivery(body=message.body, routing_key=message.routing_key))
        await settle(worker)


async def settle(worker: SimulatedWorker) -> None:
    """Work until no chunk is being run."""
    async with asyncio.timeout(PATIENCE):
        while worker.parts.runner.running:
            await worker.drain()
            await asyncio.sleep(0)


async def finish(worker: SimulatedWorker, job_id: str, steps: int = 100) -> Job:
    """Plan and run until the job has ended and everybody was told."""
    for _ in range(steps):
        await worker.parts.planner.step()
        await run_chunks(worker)
        job = await worker.store.jobs.load(JobKey(TENANT, job_id))
        assert job is not None
        if job.announced:
            return job
    raise AssertionError(f"not finished after {steps} steps: {job}")


def job_events(worker: SimulatedWorker, kind: str) -> list[dict[str, Any]]:
    """The events of a kind."""
    return [json.loads(each.body) for each in worker.outbox.messages if each.type == kind]
