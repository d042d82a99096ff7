"""Readings of a worker that is well, with something of everything."""

from workers.metrics.histogram import Histogram
from workers.metrics.readings import Broker, Cache, Database, Phase, Progress, Readings

CONNECTIONS = ("commands", "replies", "events")
READINGS = Readings(
    phase=Phase.RUNNING,
    broker=Broker(
        connected=dict.fromkeys(CONNECTIONS, True),
        reconnects=dict.fromkeys(CONNECTIONS, 0),
        partitions=2,
        consumed=2,
        owned=frozenset({0}),
        standby=False,
        paused=False,
        unconfirmed=0,
        silent_for=0.0,
    ),
    database=Database(silent_for=0.5, patience=4.0),
    progress=Progress(stalled=False, loop_silent_for=0.1, stall_seconds=60.0),
    cache=Cache(hits=5, misses=7, carts=3, lines=9),
    taken=10,
    groups=2,
    waiting=4,
    batch_waiting=6,
    published=30,
    unroutable=1,
    lag={0: 3, 1: 0},
    parking_lot=2,
    parking_limit=100,
    most_lag=0,
    outbox_age=0.25,
    abandoned=0,
    outcomes={("add-items", "applied"): 8, ("add-items", "refused"): 2},
    refusals={"stale-version": 2},
    parked={"forbidden-reply-to": 1},
    stages={"lane": Histogram()},
)
