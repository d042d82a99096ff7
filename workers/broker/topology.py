"""The exchanges and queues of docs/contract.md ("Where to publish"): declared at startup, the same every time."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from aiormq.abc import ArgumentsType

from cartwright.wire.headers import CART_ID
from storage.layout import Layout, Phase
from workers.settings import Settings

WEIGHT = "1"
"""The key of a consistent-hash binding is its weight."""
INTERIM = -1
"""The number of the partition that takes all commands while the number of partitions changes."""
BEFORE = frozenset({Phase.STABLE, Phase.PREPARING, Phase.LEAVING})
"""Phases in which workers consume the partitions of the old number."""
BETWEEN = frozenset({Phase.REBUILDING, Phase.ENTERING})
"""Phases in which workers consume the interim partition."""
CONSISTENT_HASH = "x-consistent-hash"
"""The type of exchanges that spread carts, of a plugin of RabbitMQ's."""
OFTEN = 1_000_000_000
"""A delivery limit that is never reached. With one, what was looked at goes back to its place in the queue; without
one, RabbitMQ 4 drops what was looked at 20 times."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A queue or exchange that receives from an exchange."""

    exchange: str
    routing_key: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """An exchange; `arguments` as AMQP has them."""

    name: str
    kind: str
    arguments: ArgumentsType = field(default_factory=dict)
    bindings: tuple[Binding, ...] = ()


@dataclass(frozen=True, slots=True)
class Queue:
    """A durable queue, replicated (quorum) or not.

    `former` are the arguments that earlier builds declared it with, `consequence` is what that leads to.
    """

    name: str
    arguments: ArgumentsType = field(default_factory=dict)
    bindings: tuple[Binding, ...] = ()
    quorum: bool = True
    former: ArgumentsType | None = None
    consequence: str = ""

    @property
    def altered(self) -> set[str]:
        """The arguments that earlier builds gave other values."""
        former = self.arguments if self.former is None else self.former
        return {name for name in {*self.arguments, *former} if self.arguments.get(name) != former.get(name)}

    @property
    def kind(self) -> ArgumentsType:
        """The argument that tells the broker whether it is replicated."""
        return {"x-queue-type": "quorum" if self.quorum else "classic"}


@dataclass(frozen=True, slots=True)
class Topology:
    """Everything that a worker needs on the broker. Names are those of docs/contract.md, with the configured prefix.

    Without a `layout` the settings say how many partitions there are. `routed` says whether the bindings that lead
    commands to partitions are included; while the layout changes they never are.
    """

    settings: Settings
    layout: Layout | None = None
    routed: bool = True

    @property
    def count(self) -> int:
        """How many partitions there are; while that changes, how many there were."""
        return self.layout.partitions if self.layout is not None else self.settings.partitions

    @property
    def consumed(self) -> tuple[int, ...]:
        """The numbers of the partitions that workers consume."""
        phase = self.layout.phase if self.layout is not None else Phase.STABLE
        if phase in BEFORE:
            return tuple(range(self.count))
        return (INTERIM,) if phase in BETWEEN else ()

    @property
    def stable(self) -> bool:
        """Whether the number of partitions is not about to change."""
        return self.layout is None or not self.layout.changing

    @property
    def commands(self) -> str:
        """The exchange for all commands."""
        return f"{self.settings.prefix}.commands"

    @property
    def events(self) -> str:
        """The exchange for events."""
        return f"{self.settings.prefix}.events"

    @property
    def parking(self) -> str:
        """The queue of messages that could not be answered or applied."""
        return f"{self.settings.prefix}.parking"

    @property
    def dead(self) -> str:
        """The queue of commands that partitions gave up, to be answered."""
        return f"{self.settings.prefix}.dead"

    def batch(self, number: int) -> str:
        """A queue of chunks of jobs."""
        return f"{self.settings.prefix}.batch.{number}"

    @property
    def partitioner(self) -> str:
        """The exchange that spreads carts over partitions, if there are several."""
        return f"{self.commands}.partitioner"

    def partition(self, number: int) -> str:
        """The queue of a partition."""
        return f"{self.commands}.{_name_of(number)}"

    @property
    def switch(self) -> str:
        """The exchange that leads commands from one set of queues to another, while the number changes."""
        return f"{self.commands}.switch"

    def retry(self, delay: int) -> str:
        """The exchange and queue of one retry delay in seconds; both have this name."""
        return f"{self.settings.prefix}.retry.{delay}s"

    def exchanges(self) -> Iterator[Exchange]:
        """All exchanges, in the order of declaration."""
        yield Exchange(self.commands, "topic")
        yield Exchange(self.events, "topic")
        if self.count > 1 and self._binds:
            yield hashing_exchange(self.partitioner, Binding(self.commands, "#"))
        for delay in self.settings.retry_delays:
            yield Exchange(self.retry(delay), "fanout")

    def queues(self) -> Iterator[Queue]:
        """All queues, in the order of declaration; parking first, because the others dead-letter into it."""
        yield self.parking_queue()
        yield self.dead_queue()
        for number in self.consumed:
            yield self.partition_queue(number)
        yield from self.batch_queues()
        for delay in self.settings.retry_delays:
            # Without a routing key of its own a dead letter keeps the one it came with.
            arguments: ArgumentsType = {"x-message-ttl": delay * 1000, "x-dead-letter-exchange": self.commands}
            yield Queue(self.retry(delay), arguments, (Binding(self.retry(delay), ""),), quorum=False)

    def owner(self, number: int) -> str:
        """The lock of a partition: an exclusive queue of the worker that owns it."""
        return f"{self.settings.prefix}.owner.{_name_of(number)}"

    @property
    def mover(self) -> str:
        """The lock of the worker that changes the number of partitions."""
        return f"{self.settings.prefix}.owner.change"

    def partition_queue(self, number: int) -> Queue:
        """The queue of a partition, as declared."""
        served = {"x-single-active-consumer": True}
        return Queue(
            self.partition(number),
            {**served, **self._giving_up_to(self.dead)},
            (self._partition_binding(),) if self._binds else (),
            former={**served, **self._giving_up_to(self.parking)},
            consequence="commands whose time runs out in it are parked, and not answered",
        )

    def parking_queue(self) -> Queue:
        """The parking queue, as declared."""
        consequence = "RabbitMQ 4 drops parked messages that were looked at 20 times"
        return Queue(self.parking, {"x-delivery-limit": OFTEN}, former={}, consequence=consequence)

    def batch_queues(self) -> list[Queue]:
        """The queues of chunks; whichever worker is free takes the next one. Chunks that are given up are parked."""
        numbers = range(self.settings.batch_queues)
        return [Queue(self.batch(number), self._giving_up_to(self.parking)) for number in numbers]

    def dead_queue(self) -> Queue:
        """The queue of dead letters; the broker parks what is given up there too."""
        return Queue(self.dead, self._giving_up_to(self.parking))

    def _giving_up_to(self, queue: str) -> ArgumentsType:
        return {
            "x-delivery-limit": self.settings.delivery_limit,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": queue,
        }

    @property
    def _binds(self) -> bool:
        return self.routed and self.stable

    def _partition_binding(self) -> Binding:
        return Binding(self.partitioner, WEIGHT) if self.count > 1 else Binding(self.commands, "#")


def hashing_exchange(name: str, *bindings: Binding) -> Exchange:
    """An exchange that spreads carts over what is bound to it."""
    return Exchange(name, CONSISTENT_HASH, {"hash-header": CART_ID}, bindings)


def _name_of(partition: int) -> str:
    return "interim" if partition == INTERIM else str(partition)
