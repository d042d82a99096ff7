"""Deliveries that have come but are not read yet, by tenant, in order.

The broker has one queue for all tenants of a partition, so a worker has to take in a tenant's flood to see the others'
commands behind it. It reads only so many of a tenant's commands as its lanes need; the rest costs little and can be
given back to the queue.
"""

import asyncio
from collections import deque
from collections.abc import Callable

from workers.amqp import Delivery
from workers.consume.lanes import Lanes
from workers.consume.volume import Volume

READ_AHEAD = 500
"""So many commands of a tenant wait in lanes before its next deliveries are left unread."""
READ_LITTLE_AHEAD = 150
"""So many, where the prefetch is larger: a flood begins with a group of what was read, and others wait for its end."""
READ_AT_ONCE = 32
"""So many are read before the event loop has another turn."""
RUSH = 200
RUSH_SECONDS = 0.05
"""If a backlog grows by so many within so many seconds, more is on the way: it is taken in first, before large groups
are executed, so that those who come behind it are seen."""
UNREAD_SIZE = 1200
"""Bytes that a delivery takes up besides its body."""


class Backlog:
    """Passes deliveries on to `read`, which must not raise: at once, or when the tenant's lanes have room.

    `prefetch` is how many deliveries come before the first is acknowledged.
    """

    def __init__(
        self, lanes: Lanes, read: Callable[[Delivery], None], volume: Volume | None = None, prefetch: int = 0
    ) -> None:
        self._ahead = READ_AHEAD if prefetch <= READ_AHEAD else READ_LITTLE_AHEAD
        self._lanes = lanes
        self._read = read
        self._volume = volume or Volume()
        self._unread: dict[str, deque[Delivery]] = {}
        self._waiting = 0
        self._closed = False
        self._most = self._grown = 0
        self._growing_since = 0.0
        lanes.on_room = self._has_room

    def receive(self, delivery: Delivery) -> None:
        """Take a delivery behind the others of its tenant."""
        if self._closed:
            return
        tenant = delivery.routing_key.partition(".")[0]
        unread = self._unread.get(tenant)
        if unread is None and self._lanes.of_tenant(tenant) < self._ahead:
            self._read(delivery)
            return
        if unread is None:
            unread = self._unread[tenant] = deque()
        unread.append(delivery)
        self._waiting += 1
        self._volume.add(_size(delivery))
        if self._waiting > self._most:
            self._note_growth()

    def _note_growth(self) -> None:
        self._most = self._waiting
        now = asyncio.get_running_loop().time()
        if now > self._growing_since + RUSH_SECONDS:
            self._growing_since, self._grown = now, 0
        self._grown += 1
        if self._grown >= RUSH:
            self._lanes.be_brief(RUSH_SECONDS)

    def _has_room(self, tenant: str) -> None:
        if tenant in self._unread:
            self._refill(tenant)

    def _refill(self, tenant: str) -> None:
        """Read deliveries of a tenant whose lanes have room."""
        unread = self._unread.get(tenant)
        for _ in range(READ_AT_ONCE):
            if not unread or self._lanes.of_tenant(tenant) >= self._ahead:
                break
            delivery = unread.popleft()
            self._waiting -= 1
            self._volume.remove(_size(delivery))
            self._read(delivery)
        else:
            asyncio.get_running_loop().call_soon(self._refill, tenant)
        if not unread:
            self._unread.pop(tenant, None)
        if self._waiting < self._most // 2:
            self._most = self._waiting

    def close(self) -> None:
        """Forget what is unread, and whatever comes after it: it all comes again when the session has ended."""
        self._closed = True
        self._volume.remove(sum(_size(each) for unread in self._unread.values() for each in unread))
        self._unread.clear()
        self._waiting = 0

    def withdraw(self) -> int:
        """Drop deliveries whose channel was lost; they come again. Return how many."""
        gone = 0
        for tenant, unread in list(self._unread.items()):
            lost = [each for each in unread if not each.link.open]
            gone += len(lost)
            self._volume.remove(sum(map(_size, lost)))
            self._unread[tenant] = deque(each for each in unread if each.link.open)
            self._refill(tenant)
        self._waiting -= gone
        return gone

    def __len__(self) -> int:
        """Deliveries that wait to be read."""
        return self._waiting


def _size(delivery: Delivery) -> int:
    return UNREAD_SIZE + len(delivery.body)
