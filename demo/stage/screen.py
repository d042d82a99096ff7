"""The view of the day: a live picture on a terminal, plain lines anywhere else."""

import asyncio
import time
from collections import deque
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from demo.record import Record
from demo.stage.fleet import PARTITIONS, Fleet

_REFRESH_SECONDS = 0.125
_HEIGHT = 27
"""Lines of the picture; a terminal with fewer shows only the phases around the current one."""
_SHOWN_PHASES = 3
_BARS = " ▁▂▃▄▅▆▇█"
_TONES = {
    "orchestrator": "cyan",
    "service": "blue",
    "repricer": "magenta",
    "mischief": "yellow",
    "rehearsal": "green",
    "workers": "bold",
    "shop": "bold",
}


class Screen:
    """Shows phases, figures, workers and news while it is entered."""

    def __init__(self, console: Console, record: Record, phases: tuple[str, ...]) -> None:
        self._console = console
        self._record = record
        self._phases = phases
        self._phase = -1
        self._news: deque[Text] = deque(maxlen=_HEIGHT - 2)
        self._began = time.monotonic()
        self._live = Live(console=console, auto_refresh=False) if console.is_terminal and not console.quiet else None
        self._painter: asyncio.Task[None] | None = None
        self.fleet: Fleet | None = None

    async def __aenter__(self) -> Self:
        if self._live is not None:
            self._live.start()
            self._painter = asyncio.create_task(self._paint(self._live))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None and self._painter is not None:
            self._painter.cancel()
            self._phase += 0 if error else 1
            self._live.update(self._picture(), refresh=True)
            self._live.stop()

    def begin(self, phase: str) -> None:
        """The next phase of the day."""
        self._phase = self._phases.index(phase)
        if self._live is None:
            self._console.print(f"\n[bold]{self._clock()}  {phase}[/bold]")

    def tell(self, actor: str, text: str) -> None:
        """Show a piece of news."""
        line = Text.assemble((f"{actor:>12} ", _TONES[actor]), Text.from_markup(text))
        self._news.append(line)
        if self._live is None:
            self._console.print(line, soft_wrap=True)

    async def _paint(self, live: Live) -> None:
        while True:
            live.update(self._picture(), refresh=True)
            await asyncio.sleep(_REFRESH_SECONDS)

    def _clock(self) -> str:
        seconds = int(time.monotonic() - self._began)
        return f"{seconds // 60}:{seconds % 60:02}"

    def _picture(self) -> RenderableType:
        sides = Table.grid(expand=True, padding=(0, 1, 0, 0))
        sides.add_column(width=40)
        sides.add_column(ratio=1)
        left = Group(self._day(), self._figures(), self._workers())
        height = _HEIGHT if self._roomy else _HEIGHT - len(self._phases) + _SHOWN_PHASES
        news = Text("\n").join(list(self._news)[2 - height :])
        news.no_wrap, news.overflow = True, "ellipsis"
        sides.add_row(left, Panel(news, title="what happens", title_align="left", border_style="dim", height=height))
        return sides

    @property
    def _roomy(self) -> bool:
        return self._console.height > _HEIGHT

    def _day(self) -> RenderableType:
        lines = []
        first = max(0, min(self._phase - 1, len(self._phases) - _SHOWN_PHASES))
        shown = range(len(self._phases)) if self._roomy else range(first, first + _SHOWN_PHASES)
        for number in shown:
            mark, tone = ("✓", "green") if number < self._phase else ("·", "dim")
            if number == self._phase:
                mark, tone = "▶", "bold"
            lines.append(Text(f"{mark} {self._phases[number]}", style=tone))
        title = f"Cartwright, a day in a shop  {self._clock()}"
        return Panel(Text("\n").join(lines), title=title, title_align="left", border_style="cyan")

    def _figures(self) -> RenderableType:
        record = self._record
        grid = Table.grid(padding=(0, 2), expand=True)
        for _ in range(2):
            grid.add_column(style="dim")
            grid.add_column(justify="right", style="bold")
        grid.add_row("sent", f"{len(record.sendings):,}", "versions", f"{record.heard['cart-updated']:,}")
        grid.add_row("answered", f"{len(record.seconds):,}", "prices", f"{record.heard['price-changed']:,}")
        grid.add_row("refused", f"{record.outcomes['refused']:,}", "repeats", f"{record.outcomes['duplicate']:,}")
        grid.add_row("p50", f"{record.percentile(0.5):,.0f} ms", "p99", f"{record.percentile(0.99):,.0f} ms")
        return Panel(Group(grid, self._throughput()), title="figures", title_align="left", border_style="dim")

    def _throughput(self) -> RenderableType:
        now = int(time.monotonic() - self._record.began)
        rates = [self._record.answered_in[second] for second in range(max(0, now - 24), now)]
        top = max(rates, default=0) or 1
        bars = "".join(_BARS[-(-rate * (len(_BARS) - 1) // top)] for rate in rates)
        return Text.assemble((f"{bars:>24}", "cyan"), f" {rates[-1] if rates else 0:>4}/s")

    def _workers(self) -> RenderableType:
        lines = []
        for worker in self.fleet.workers if self.fleet else ():
            if worker.killed:
                lines.append(Text(f"✗ worker {worker.name}  pid {worker.pid}  killed", style="red"))
                continue
            line = Text(f"● worker {worker.name}  pid {worker.pid:<8}", style="green")
            for number in range(PARTITIONS):
                line.append(" ■" if number in worker.partitions else " ·")
            lines.append(line)
        return Panel(Text("\n").join(lines), title="workers and partitions", title_align="left", border_style="dim")
