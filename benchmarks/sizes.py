"""How much is measured, and for how long."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """`seconds` bounds each measured stretch; `spread` and `backlog` are commands waiting before the start."""

    repeats: int
    seconds: float
    carts: int
    spread: int
    backlog: int
    backlog_seconds: float
    latency_seconds: float
    low_rate: float
    lines: tuple[int, ...] = (5, 50, 500)
    big_carts: int = 20


FULL = Sizes(
    repeats=3,
    seconds=10,
    carts=5000,
    spread=30_000,
    backlog=100_000,
    backlog_seconds=60,
    latency_seconds=15,
    low_rate=40,
)
QUICK = Sizes(
    repeats=1,
    seconds=3,
    carts=2000,
    spread=10_000,
    backlog=50_000,
    backlog_seconds=8,
    latency_seconds=5,
    low_rate=40,
    big_carts=5,
)
