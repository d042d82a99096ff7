"""`get-report`: what a job came to, cart by cart, in order of their ids."""

from typing import Annotated

from pydantic import Field

from cartwright.wire.examples import example
from cartwright.wire.jobs import ReportRead
from handlers.cursors import cursor_text, read_cursor, wrong_cursor
from handlers.named_job import JobNamed, job_not_found
from handlers.needs import Context, Needs
from handlers.registry import query
from models.answers.answer import QueryAnswer
from models.cart.cart import Cart
from queries.search import ReportSearch

MAX_SIZE = 1000


class GetReport(JobNamed):
    """Which job, and which page."""

    model_config = example({"jobId": "j-7d1c5f0e2b9a4c8d3e6f1a2b", "size": 1000})

    size: Annotated[int, Field(ge=1, le=MAX_SIZE)] = MAX_SIZE
    """How many lines a page holds at most."""
    cursor: Annotated[str, Field(min_length=1, max_length=400)] | None = None
    """The `nextCursor` of the page before."""


def _search(data: GetReport) -> ReportSearch:
    if data.cursor is None:
        return ReportSearch(data.job_id, data.size)
    match read_cursor(data.cursor):
        case [data.job_id, int(chunk), int(line)]:
            return ReportSearch(data.job_id, data.size, (chunk, line))
    raise wrong_cursor()


@query("get-report", GetReport, needs=lambda data: Needs(search=_search(data)), blank=True, reply=ReportRead)
def get_report(blank: Cart, data: GetReport, context: Context) -> QueryAnswer:
    """The page; raises `job-not-found`."""
    found = context.fetched.found[_search(data)]
    if found.total is None:
        raise job_not_found()
    cursor = cursor_text([data.job_id, *found.rows[-1].place]) if found.more else None
    return QueryAnswer([row.line for row in found.rows], {"nextCursor": cursor})
