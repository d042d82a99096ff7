"""How much is measured, and for how long."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """`seconds` bounds each measured stretch; `spread` and `backlog` are commands waiting before the start.

    What is answered in the first `warm_up_seconds` is not measured: caches fill, compilers warm up.
    """

    repeats: int
    seconds: float
    warm_up_seconds: float
    carts: int
    spread: int
    backlog: int
    backlog_seconds: float
    latency_seconds: float
    low_rate: float
    lines: tuple[int, ...] = (5, 50, 500)
    big_carts: int = 20
    quiet_carts: int = 200
    flood: int = 10_000
    flooded_carts: int = 1000
    repriced: int = 200_000
    repriced_by_calls: int = 5_000
    all_touched: int = 10_000
    beside: int = 10_000
    """Carts of the job beside which calls are measured."""


FULL = Sizes(
    repeats=3,
    seconds=8,
    warm_up_seconds=4,
    carts=5000,
    spread=40_000,
    backlog=100_000,
    backlog_seconds=60,
    latency_seconds=15,
    low_rate=40,
)
QUICK = Sizes(
    repeats=1,
    seconds=3,
    warm_up_seconds=2,
    carts=2000,
    spread=20_000,
    backlog=30_000,
    backlog_seconds=6,
    latency_seconds=4,
    low_rate=40,
    big_carts=5,
    repriced=10_000,
    repriced_by_calls=1_000,
    all_touched=2_000,
    beside=2_000,
)
