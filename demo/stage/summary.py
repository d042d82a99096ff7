"""The day in figures, and the verdict: as tables for people, as JSON for scripts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rich.columns import Columns
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from demo.record import Record, Sending
from demo.verdicts import Evidence, Verdict

_SHOWN_FAULTS = 5


@dataclass(frozen=True, slots=True)
class Summary:
    """`seconds` is how long the day took, `handovers` how long partitions were without an owner after a kill.

    `place` is the name of the database and the prefix of the queues that the day was played on.
    """

    place: str
    record: Record
    evidence: Sequence[Evidence]
    verdicts: Sequence[Verdict]
    seconds: float
    handovers: Sequence[float]
    repriced_per_second: float

    @property
    def surprises(self) -> list[Sending]:
        """Messages whose outcome was not what their sender expected."""
        return [each for each in self.record.sendings if each.surprising]

    @property
    def holds(self) -> bool:
        """Whether every guarantee holds and every outcome was the expected one."""
        return all(verdict.holds for verdict in self.verdicts) and not self.surprises

    def as_json(self) -> dict[str, object]:
        """Everything, under names for scripts; names ending in `Ms` are milliseconds, `seconds` are seconds."""
        record = self.record
        return {
            "holds": self.holds,
            "place": self.place,
            "messages": len(record.sendings),
            "outcomes": dict(record.outcomes.most_common()),
            "refusals": dict(record.refusals.most_common()),
            "events": dict(record.heard.most_common()),
            "repeatedEvents": record.repeated_events,
            "seconds": round(self.seconds, 1),
            "answersPerSecond": {"best": self._best_second(), "repricing": round(self.repriced_per_second)},
            "latencyMs": {name: round(record.percentile(share), 1) for name, share in _PERCENTILES.items()},
            "handoverMs": [round(each * 1000) for each in self.handovers],
            "surprises": [
                {"kind": each.kind, "expected": each.expects, "outcome": each.outcome} for each in self.surprises
            ],
            "guarantees": [
                {"name": each.name, "holds": each.holds, "checked": each.checked, "faults": list(each.faults)}
                for each in self.verdicts
            ],
        }

    def print_to(self, console: Console) -> None:
        """The tables."""
        console.print()
        console.print(self._figures())
        console.print()
        console.print(self._guarantees())
        for each in self.surprises[:_SHOWN_FAULTS]:
            console.print(f"[red]surprise[/red] {escape(each.kind)}: expected {each.expects}, got {each.outcome}")
        for verdict in self.verdicts:
            for fault in verdict.faults[:_SHOWN_FAULTS]:
                console.print(f"[red]{verdict.name}[/red] {escape(fault)}")
        console.print(self._verdict())

    def _verdict(self) -> str:
        if self.holds:
            return "\n[bold green]Everything that was promised holds.[/bold green]"
        return "\n[bold red]Something that was promised does not hold.[/bold red]"

    def _best_second(self) -> int:
        return max(self.record.answered_in.values(), default=0)

    def _figures(self) -> Columns:
        record = self.record
        times = {name: f"{record.percentile(share):,.0f} ms" for name, share in _PERCENTILES.items()}
        speed = {
            "messages": f"{len(record.sendings):,}",
            "answers, best second": f"{self._best_second():,}",
            "repricing": f"{self.repriced_per_second:,.0f}/s",
            **{f"reply time {name}": text for name, text in times.items()},
            "hand-over after a kill": ", ".join(f"{each * 1000:,.0f} ms" for each in self.handovers),
            "the whole day": f"{self.seconds:,.0f} s",
        }
        events = Counter({**record.heard, "repeats, dropped": record.repeated_events})
        counts = {"outcomes": record.outcomes, "events": events, "refusals and parked": record.refusals}
        columns = [
            _column(title, {name: f"{count:,}" for name, count in counter.most_common()})
            for title, counter in counts.items()
        ]
        return Columns([*columns, _column("speed", speed)], padding=(1, 4))

    def _guarantees(self) -> Table:
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        table.add_column("")
        table.add_column("guarantee")
        table.add_column("what was compared", style="dim")
        for each in self.verdicts:
            mark = Text("✓", "bold green") if each.holds else Text("✗", "bold red")
            table.add_row(Text.assemble(mark, " ", (each.name, "bold")), each.promise, each.checked)
        return table


_PERCENTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "slowest": 1.0}


def _column(title: str, rows: dict[str, str]) -> Table:
    column = Table(box=None, padding=(0, 2, 0, 0), show_header=True, header_style="bold cyan")
    column.add_column(title, style="dim", no_wrap=True)
    column.add_column("", justify="right", no_wrap=True)
    for name, value in rows.items():
        column.add_row(name, value)
    return column
