"""`find-jobs`: the jobs of a tenant, the newest first."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.jobs import JobsFound
from handlers.cursors import cursor_text, read_cursor, wrong_cursor
from handlers.needs import Context, Needs
from handlers.registry import query
from models.answers.answer import QueryAnswer
from models.answers.job_answer import render_job
from models.cart.cart import Cart
from models.jobs.job import JobKind, JobState
from queries.search import JobSearch

MAX_SIZE = 1000


def _state(text: str) -> str:
    if text not in set(JobState):
        raise PydanticCustomError("not-allowed", "not one of {states}", {"states": ", ".join(JobState)})
    return text


def _kind(text: str) -> str:
    if text not in set(JobKind):
        raise PydanticCustomError("not-allowed", "not one of {kinds}", {"kinds": ", ".join(JobKind)})
    return text


class FindJobs(CommandData):
    """Which jobs."""

    model_config = example({"state": "running", "size": 20})

    state: Annotated[str, Field(max_length=20), AfterValidator(_state)] | None = None
    """The state that they are in; any if absent."""
    kind: Annotated[str, Field(max_length=20), AfterValidator(_kind)] | None = None
    """Their kind; any if absent."""
    size: Annotated[int, Field(ge=1, le=MAX_SIZE)] = 20
    """How many at most."""
    cursor: Annotated[str, Field(min_length=1, max_length=400)] | None = None
    """The `nextCursor` of the page before."""


def _search(data: FindJobs) -> JobSearch:
    state = JobState(data.state) if data.state is not None else None
    kind = JobKind(data.kind) if data.kind is not None else None
    return JobSearch(None, state, kind, data.size, None if data.cursor is None else _place(data.cursor))


def _place(cursor: str) -> tuple[datetime, str]:
    match read_cursor(cursor):
        case [datetime() as created_at, str(job_id)]:
            return created_at, job_id
    raise wrong_cursor()


@query("find-jobs", FindJobs, needs=lambda data: Needs(search=_search(data)), blank=True, reply=JobsFound)
def find_jobs(blank: Cart, data: FindJobs, context: Context) -> QueryAnswer:
    """The page."""
    found = context.fetched.found[_search(data)]
    last = found.rows[-1] if found.more else None
    cursor = cursor_text([last.created.at, last.id]) if last is not None else None
    return QueryAnswer([render_job(job) for job in found.rows], {"nextCursor": cursor})
