"""What there is to read off a worker: its parts count for themselves, and this gathers their counts when it is asked.

It is asked from another thread. So it only reads, and copies in one step what may grow meanwhile.
"""

from dataclasses import dataclass

from workers.broker.sessions import Sessions
from workers.consume.backlog import Backlog
from workers.consume.lanes import Lanes
from workers.metrics.histogram import Histogram
from workers.metrics.pulse import Pulse
from workers.metrics.readings import Broker, Cache, Phase, Progress, Readings
from workers.publish.outbound import Outbound
from workers.publish.parking import Parking
from workers.reader import Reader
from workers.settings import Settings
from workers.watchdog import Watchdog
from workers.wiring import Parts

COMMANDS = "commands"
"""The connection over which commands come; those over which messages leave have their names from `Outbound`."""


@dataclass(slots=True)
class Instruments:
    """The parts of a worker that know something."""

    settings: Settings
    parts: Parts
    reader: Reader
    sessions: Sessions
    outbound: Outbound
    lanes: Lanes
    backlog: Backlog
    parking: Parking
    watchdog: Watchdog
    pulse: Pulse
    phase: Phase = Phase.STARTING
    failed: bool = False

    def read(self) -> Readings:
        """All counters and values as they are now."""
        parts, outcomes = self.parts, self.parts.completion.outcomes
        cache = parts.cache
        return Readings(
            phase=self.phase,
            broker=self._broker(),
            database=self.pulse.reading,
            progress=Progress(
                self.watchdog.stalled, self.watchdog.silent_for, self.settings.stall_seconds, self.failed
            ),
            cache=Cache(cache.hits, cache.misses, cache.carts, cache.lines),
            taken=parts.dispatcher.commands,
            groups=parts.dispatcher.groups,
            waiting=len(self.lanes) + len(self.backlog),
            batch_waiting=self.lanes.batch_waiting,
            published=self.outbound.published,
            unroutable=self.outbound.unroutable,
            lag=self.sessions.lag(),
            parking_lot=self.parking.messages,
            parking_limit=self.parking.limit,
            most_lag=self.settings.ready_lag,
            outbox_age=parts.completion.unsettled.age,
            abandoned=parts.watermark.abandoned,
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
        parts = self.parts
        return {
            "queue": self.reader.queue_seconds,
            "lane": parts.dispatcher.lane_seconds,
            "load": parts.briefer.load_seconds,
            "decide": parts.groups.decide_seconds,
            "commit": parts.groups.commit_seconds,
            "publish": parts.completion.publish_seconds,
            "settle": parts.completion.settle_seconds,
            "total": parts.completion.total_seconds,
        }
