"""What there is to read off a worker: its parts count for themselves, and this gathers their counts when it is asked.

It is asked from another thread. So it only reads, and copies in one step what may grow meanwhile.
"""

from dataclasses import dataclass, field
from datetime import datetime

from workers.amqp import Delivery
from workers.broker.sessions import Sessions
from workers.consume.backlog import Backlog
from workers.consume.lanes import Lanes
from workers.metrics.histogram import Histogram
from workers.metrics.pulse import Pulse
from workers.metrics.readings import Broker, Cache, Phase, Progress, Readings
from workers.publish.outbound import Outbound
from workers.publish.parking import Parking
from workers.settings import Settings
from workers.watchdog import Watchdog
from workers.wiring import Engine

SENT_AT_HEADER = "timestamp_in_ms"
"""What RabbitMQ writes when it is told to set timestamps (`message_interceptors.incoming.set_header_timestamp`)."""
COMMANDS = "commands"
"""The connection over which commands come; those over which messages leave have their names from `Outbound`."""


@dataclass(slots=True)
class Instruments:
    """The parts of a worker that know something; `queue_seconds` is how long commands were under way before."""

    settings: Settings
    engine: Engine
    sessions: Sessions
    outbound: Outbound
    lanes: Lanes
    backlog: Backlog
    parking: Parking
    watchdog: Watchdog
    pulse: Pulse
    phase: Phase = Phase.STARTING
    failed: bool = False
    queue_seconds: Histogram = field(default_factory=Histogram)

    def note_queue(self, delivery: Delivery, now: datetime) -> None:
        """Note how long a command that says when it was sent was under way; a timestamp of AMQP has whole seconds."""
        milliseconds = delivery.headers.get(SENT_AT_HEADER)
        sent = milliseconds / 1000 if isinstance(milliseconds, int) else delivery.timestamp
        if sent is not None:
            self.queue_seconds.observe(max(0.0, now.timestamp() - sent))

    def read(self) -> Readings:
        """All counters and values as they are now."""
        engine, outcomes = self.engine, self.engine.completion.outcomes
        cache = engine.cache
        return Readings(
            phase=self.phase,
            broker=self._broker(),
            database=self.pulse.reading,
            progress=Progress(
                self.watchdog.stalled, self.watchdog.silent_for, self.settings.stall_seconds, self.failed
            ),
            cache=Cache(cache.hits, cache.misses, cache.carts, cache.lines),
            taken=engine.dispatcher.commands,
            groups=engine.dispatcher.groups,
            waiting=len(self.lanes) + len(self.backlog),
            batch_waiting=self.lanes.batch_waiting,
            published=self.outbound.published,
            unroutable=self.outbound.unroutable,
            lag=self.sessions.lag(),
            parking_lot=self.parking.messages,
            parking_limit=self.parking.limit,
            most_lag=self.settings.ready_lag,
            outbox_age=engine.completion.unsettled.age,
            abandoned=engine.watermark.abandoned,
            outcomes=dict(outcomes.by_type),
            refusals=dict(outcomes.refusals),
            parked=dict(self.parking.parked),
            stages=self._stages(),
        )

    def _broker(self) -> Broker:
        sessions, outbound = self.sessions, self.outbound
        return Broker(
            connected={COMMANDS: sessions.live, **outbound.connected},
            reconnects={COMMANDS: sessions.reconnects, **outbound.reconnects},
            partitions=sessions.wanted,
            consumed=sessions.consumed,
            owned=frozenset(sessions.owned),
            standby=sessions.standby,
            paused=sessions.paused,
            unconfirmed=outbound.unconfirmed,
            silent_for=outbound.silent_for,
        )

    def _stages(self) -> dict[str, Histogram]:
        """The stages in the order in which a command passes them, and all of them from reading to answer."""
        engine = self.engine
        return {
            "queue": self.queue_seconds,
            "lane": engine.dispatcher.lane_seconds,
            "load": engine.preparation.load_seconds,
            "decide": engine.groups.decide_seconds,
            "commit": engine.groups.commit_seconds,
            "publish": engine.completion.publish_seconds,
            "settle": engine.completion.settle_seconds,
            "total": engine.completion.total_seconds,
        }
