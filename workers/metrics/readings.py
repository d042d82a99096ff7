"""What is read off a worker when somebody asks for its metrics or its health."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from workers.metrics.histogram import Histogram


class Phase(StrEnum):
    """What a worker is doing with its life."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"


@dataclass(frozen=True, slots=True)
class Broker:
    """The worker's connections to the broker.

    `connected` and `reconnects` are by connection; `silent_for` is how many seconds messages have waited without any
    confirm; `consumed` counts partitions whose queues the broker may serve us, `owned` are those that are ours. A
    `standby` owns none, because others own them all.
    """

    connected: Mapping[str, bool]
    reconnects: Mapping[str, int]
    partitions: int
    consumed: int
    owned: frozenset[int]
    standby: bool
    paused: bool
    unconfirmed: int
    silent_for: float


@dataclass(frozen=True, slots=True)
class Database:
    """The database as the worker's own record shows it, once a second.

    `silent_for` is how many seconds ago it last answered, `patience` how many may be; `failure` is why it did not.
    """

    silent_for: float
    patience: float
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Whether commands are finished; `loop_silent_for` is how long ago, in seconds, the event loop last looked."""

    stalled: bool
    loop_silent_for: float
    stall_seconds: float
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Cache:
    """The carts in memory."""

    hits: int
    misses: int
    carts: int
    lines: int


@dataclass(frozen=True, slots=True)
class Readings:
    """A worker's counters since its start, and its current values.

    `lag` is by partition, `outcomes` by type of command and outcome, `refusals` and `parked` by code, `stages` by
    name; `most_lag` is what makes a worker unready, 0 for nothing.
    """

    phase: Phase
    broker: Broker
    database: Database
    progress: Progress
    cache: Cache
    taken: int
    groups: int
    waiting: int
    batch_waiting: int
    published: int
    unroutable: int
    lag: Mapping[int, int]
    parking_lot: int
    parking_limit: int
    most_lag: int
    outbox_age: float
    abandoned: int
    outcomes: Mapping[tuple[str, str], int] = field(default_factory=dict)
    refusals: Mapping[str, int] = field(default_factory=dict)
    parked: Mapping[str, int] = field(default_factory=dict)
    stages: Mapping[str, Histogram] = field(default_factory=dict)
