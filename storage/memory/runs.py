"""The in-memory twin of the worker runs."""

from datetime import UTC, datetime

from storage.records import Run


class MemoryRuns:
    """`Runs` in a dictionary."""

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}

    async def record(self, run: Run) -> None:
        """Set."""
        self.runs[run.id] = run

    async def current(self, closed_since: datetime) -> list[Run]:
        """Scan."""
        return [run for run in self.runs.values() if not run.closed or run.seen_at >= closed_since]

    async def time(self) -> datetime:
        """By this machine's clock."""
        return datetime.now(UTC)

    async def caught_up(self) -> None:
        """What is written shows at once."""
