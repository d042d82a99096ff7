"""`cart reprice`: start a repricing job, or come back to one, and watch it to its end."""

import asyncio
import shlex
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from cartwright import CartClient, ClientError, RefusedError
from cartwright.commands import GetJob, StartRepricing
from cartwright.wire.jobs import JobView
from cli.exits import Exit, fail, reported_errors
from cli.job_output import print_job
from cli.output import console, print_json, print_refusal
from cli.report import Histogram, Writer, check_writable, read_lines, writer_of

POLL_SECONDS = 0.5
_Find = Callable[[CartClient], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Order:
    """What the command line asks for."""

    where: str | None = None
    cart_ids: Sequence[str] = ()
    preview: bool = False
    as_of: datetime | None = None
    with_drafts: Sequence[str] = ()
    rate_per_second: int | None = None
    label: str | None = None

    @property
    def data(self) -> StartRepricing:
        """The same as the data of a command."""
        mode: Literal["apply", "preview"] = "preview" if self.preview else "apply"
        return StartRepricing(
            where=self.where,
            cart_ids=list(self.cart_ids) or None,
            rate_per_second=self.rate_per_second,
            label=self.label,
            as_of=self.as_of,
            with_drafts=list(self.with_drafts),
            mode=mode,
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """How a job is shown: its report in a file, too, if one is named; `tenant` is whose job it is."""

    tenant: str
    out: Path | None
    as_json: bool

    def way_back(self, job_id: str) -> str:
        """What brings somebody back to a job."""
        words = ["cart", "reprice", "--job", job_id, "--tenant", self.tenant]
        return shlex.join([*words, "--out", str(self.out)] if self.out else words)


def reprice(client: CartClient, order: Order, shown: Shown) -> None:
    """Start a job and watch it; Ctrl-C leaves it running and says how to come back."""

    async def started(client: CartClient) -> str:
        return (await client.start_repricing(order.data)).job.id

    _watch(client, _Watched(started, shown))


def come_back(client: CartClient, job_id: str, shown: Shown) -> None:
    """Watch a job that was started before."""

    async def named(_: CartClient) -> str:
        return job_id

    _watch(client, _Watched(named, shown))


class _Watched:
    """A job that is watched; its id is known once it was started."""

    def __init__(self, find: _Find, shown: Shown) -> None:
        self._find = find
        self.shown = shown
        self.job_id: str | None = None
        self._ended = False

    @property
    def way_back(self) -> str | None:
        """What to tell somebody who leaves; nothing as long as no job is known."""
        if self.job_id is None:
            return None
        state = "has ended" if self._ended else "goes on"
        return f"The job {state}. Come back with: {self.shown.way_back(self.job_id)}"

    async def watch(self, client: CartClient) -> JobView:
        """Watch it to its end, print what it came to, and write its report."""
        async with client:
            self.job_id = await self._find(client)
            job = await _to_the_end(client, self.job_id, quiet=self.shown.as_json)
            self._ended = True
            histogram = Histogram()
            with writer_of(self.shown.out) as write:
                await _report(client, job, write, histogram)
        if self.shown.as_json:
            print_json(job)
        else:
            print_job(job, histogram)
        return job


def _watch(client: CartClient, watched: _Watched) -> None:
    check_writable(watched.shown.out)
    with reported_errors():
        try:
            job = asyncio.run(watched.watch(client))
        except RefusedError as refused:
            (print_json if watched.shown.as_json else print_refusal)(refused.reply)
            raise typer.Exit(Exit.REFUSED) from refused
        except (KeyboardInterrupt, ClientError) as left:
            if watched.way_back is not None:
                typer.echo(watched.way_back, err=True)
            if watched.way_back is None or isinstance(left, ClientError):
                raise
            raise typer.Exit(Exit.REFUSED) from None
    if job.state != "completed":
        fail(f"the job is {job.state}", Exit.REFUSED)


async def _to_the_end(client: CartClient, job_id: str, *, quiet: bool) -> JobView:
    """The job once nothing of it is under way any more; until then it is shown."""
    with _progress(quiet) as progress:
        task = progress.add_task("", total=None, rate="")
        clock = asyncio.get_running_loop().time
        began, already = clock(), None
        while True:
            job = (await client.get_job(GetJob(job_id=job_id))).job
            already = job.counts.seen if already is None else already
            _show(progress, task, job, (job.counts.seen - already) / max(clock() - began, 0.001))
            if job.finished_at is not None:
                return job
            await asyncio.sleep(POLL_SECONDS)


def _progress(quiet: bool) -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console, disable=quiet)


def _show(progress: Progress, task: TaskID, job: JobView, rate: float) -> None:
    counts = job.counts
    about = f"{escape(job.label or job.id)} {job.state}"
    progress.update(task, description=about, completed=counts.seen, total=counts.total, rate=f"{rate:,.0f} carts/s")


async def _report(client: CartClient, job: JobView, write: Writer | None, histogram: Histogram) -> None:
    """Read the whole report: into the histogram, and into a file if one is wanted."""
    async for line in read_lines(client, job.id):
        histogram.add(line)
        if write is not None:
            write(line)
