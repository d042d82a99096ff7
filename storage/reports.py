"""Pages of a job's report, put together from the lines of its chunks."""

from collections.abc import Awaitable, Callable

import orjson

from models.jobs.job import Job
from queries.search import Found, ReportRow, ReportSearch

CHUNKS_AT_ONCE = 4
Chunks = Callable[[int, int], Awaitable[list[tuple[int, bytes]]]]
"""Of a number and a limit, the first finished chunks from that number on: number and lines, in order."""


async def report_page(job: Job, search: ReportSearch, chunks: Chunks) -> Found[ReportRow]:
    """The page. While the job runs, the report ends before the first chunk that is not done."""
    rows: list[ReportRow] = []
    number, seen = search.after
    while len(rows) <= search.size:
        found = await chunks(number, CHUNKS_AT_ONCE)
        for each, lines in found:
            if each != number and not job.ended:
                return _page(rows, search.size, job)
            skipped = seen if each == number else 0
            rows += [
                ReportRow((each, place), line)
                for place, line in enumerate(orjson.loads(lines)[skipped:], start=skipped + 1)
            ]
            number, seen = each + 1, 0
        if len(found) < CHUNKS_AT_ONCE:
            break
    return _page(rows, search.size, job)


def _page(rows: list[ReportRow], size: int, job: Job) -> Found[ReportRow]:
    return Found(rows[:size], len(rows) > size, job.tally.seen)
