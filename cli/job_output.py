"""A job as tables: how many carts, the sums, the extremes, the failures."""

from rich.markup import escape

from cartwright.wire.jobs import JobView
from cli.output import console, kind_text, table
from cli.report import Histogram

BAR = 30
"""The longest bar of the histogram, in characters."""


def print_job(job: JobView, histogram: Histogram) -> None:
    """What a job came to."""
    counts = job.counts
    console.print(f"[bold]{job.state}[/bold] {escape(job.label or '')} {job.id} ({job.mode})")
    shown = ("total", "changed", "unchanged", "kept", "skipped", "failed")
    console.print(table(shown, 0, [tuple(str(getattr(counts, name)) for name in shown)]))
    sums = [
        (kind_text(each.type, each.period), each.currency, str(each.before), str(each.after), str(each.difference))
        for each in job.amounts
    ]
    console.print(table(("total", "currency", "before", "after", "difference"), 2, sums))
    moves = [(each.cart_id, each.currency, str(each.difference)) for each in (*job.largest_rises, *job.largest_falls)]
    if moves:
        console.print(table(("largest moves", "currency", "payable"), 2, moves))
    _print_histogram(histogram)
    for kept in job.kept_amounts:
        console.print(f"kept prices: {kept.amount} {kept.currency} not taken")
    for failure in job.failures:
        console.print(f"[yellow]failed[/yellow] {escape(f'{failure.cart_id} {failure.code}: {failure.message}')}")
    if job.report_hash is not None:
        console.print(f"report {job.report_hash}")


def _print_histogram(histogram: Histogram) -> None:
    rows = histogram.rows()
    most = max((count for *_, count in rows), default=0)
    bars = [(name, moved, "█" * max(1, count * BAR // most), str(count)) for name, moved, count in rows]
    if bars:
        console.print(table(("what moved", "by", "", "carts"), 3, bars))
