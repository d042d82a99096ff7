"""The report of a job: read page by page, written to a file, summed up as a histogram."""

import csv
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from cartwright import CartClient
from cartwright.commands import GetReport
from cartwright.wire.jobs import ReportEntry
from cli.exits import Exit, fail

Writer = Callable[[ReportEntry], None]
STEPS = tuple(map(Decimal, ("0", "0.01", "1", "5", "10", "50", "100", "500")))
"""Where the bars of the histogram begin, in units of the currency."""
_OF_CART = ("cartId", "versionBefore", "versionAfter", "outcome", "code")
_OF_AMOUNT = ("currency", "type", "period", "before", "after")


async def read_lines(client: CartClient, job_id: str) -> AsyncIterator[ReportEntry]:
    """All lines, in order."""
    cursor: str | None = None
    while True:
        page = await client.get_report(GetReport(job_id=job_id, cursor=cursor))
        for line in page.items:
            yield line
        cursor = page.next_cursor
        if cursor is None:
            return


def check_writable(path: Path | None) -> None:
    """End with a sentence if the file can't be written: better before a job is started than after it."""
    if path is not None:
        try:
            path.open("a").close()
        except OSError as error:
            fail(f"{path} can't be written: {error}", Exit.USAGE)


@contextmanager
def writer_of(path: Path | None) -> Iterator[Writer | None]:
    """What writes lines to a file: as JSON Lines, or as CSV if its name ends so, with a row per amount."""
    if path is None:
        yield None
        return
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            yield _csv(file) if path.suffix == ".csv" else _json_lines(file)
    except OSError as error:
        fail(f"{path} can't be written: {error}", Exit.USAGE)


def _json_lines(file: TextIO) -> Writer:
    def write(line: ReportEntry) -> None:
        file.write(line.model_dump_json(by_alias=True) + "\n")

    return write


def _csv(file: TextIO) -> Writer:
    rows = csv.writer(file)
    rows.writerow([*_OF_CART, *_OF_AMOUNT, "because"])

    def write(line: ReportEntry) -> None:
        head = [line.cart_id, *line.version, line.outcome, line.code]
        because = " ".join(line.because)
        for each in line.amounts:
            rows.writerow([*head, each.currency, each.type, each.period, each.before, each.after, because])
        if not line.amounts:
            rows.writerow([*head, *[None for _ in _OF_AMOUNT], because])

    return write


class Histogram:
    """How many carts' totals rose or fell by how much, by currency, price type and period."""

    def __init__(self) -> None:
        self.carts: Counter[tuple[str, str, str | None, int]] = Counter()

    def add(self, line: ReportEntry) -> None:
        """Count a cart's totals that moved."""
        for each in line.amounts:
            if each.after != each.before:
                difference = each.after - each.before
                step = sum(abs(difference) >= start for start in STEPS)
                self.carts[each.currency, each.type, each.period, step if difference > 0 else -step] += 1

    def rows(self) -> list[tuple[str, str, int]]:
        """What moved, by how much, and for how many carts; the largest falls first, the largest rises last."""
        ordered = sorted(self.carts, key=lambda key: (_name(key), key[3]))
        return [(_name(key), _range(key[3]), self.carts[key]) for key in ordered]


def _name(key: tuple[str, str, str | None, int]) -> str:
    currency, kind, period, _ = key
    return " ".join(filter(None, (kind, period, currency)))


def _range(step: int) -> str:
    sign, place = ("+" if step > 0 else "-"), abs(step)
    start = STEPS[place - 1]
    end = f" to {sign}{STEPS[place]}" if place < len(STEPS) else " or more"
    return f"{sign}{start}{end}"
