"""Turns: which ready lane is worked on next. Tenants take turns by weight; a tenant's lanes come in order of arrival.

A tenant that had nothing ready comes before the others, but only for one turn: then it stands in line, even if
its lanes are empty by then. So a tenant with few commands hardly waits, and one with many does not wait forever
(deficit round robin with new flows first, as FQ-CoDel has it, RFC 8290).
"""

from collections import OrderedDict
from collections.abc import Container, Mapping

from workers.consume.work import LaneKey


class Turns:
    """Ready lanes of one class. A turn holds `quantum` commands times the tenant's weight."""

    def __init__(self, weights: Mapping[str, int]) -> None:
        self._weights = weights
        self._ready: dict[str, OrderedDict[LaneKey, None]] = {}
        """By tenant; one with nothing ready may still be in line."""
        self._fresh: OrderedDict[str, None] = OrderedDict()
        self._line: OrderedDict[str, None] = OrderedDict()
        self._credit: dict[str, int] = {}
        self._lanes = 0

    def __bool__(self) -> bool:
        """Whether any lane is ready."""
        return self._lanes > 0

    @property
    def tenants(self) -> int:
        """How many tenants take turns."""
        return len(self._ready)

    @property
    def fresh(self) -> bool:
        """Whether the next turn belongs to a tenant that had nothing ready before."""
        return any(self._ready[tenant] for tenant in self._fresh)

    def add(self, key: LaneKey) -> None:
        """Note a lane as ready, behind its tenant's others."""
        tenant = key.tenant
        lanes = self._ready.get(tenant)
        if lanes is None:
            lanes = self._ready[tenant] = OrderedDict()
            self._fresh[tenant] = None
        self._lanes += key not in lanes
        lanes[key] = None

    def discard(self, key: LaneKey) -> None:
        """Forget a lane, if it is ready."""
        lanes = self._ready.get(key.tenant)
        if lanes is not None and key in lanes:
            del lanes[key]
            self._lanes -= 1

    def next(self, quantum: int, done: Container[str] = ()) -> tuple[LaneKey, int] | None:
        """Take the next lane; with it, how many commands its tenant may have in this turn. `charge` must follow.

        None if nothing is ready, or if it is the turn of a tenant that is `done`.
        """
        while self._lanes:
            ring = self._fresh or self._line
            tenant = next(iter(ring))
            lanes = self._ready[tenant]
            credit = self._left(tenant, quantum)
            if lanes and tenant in done:
                return None
            if lanes and credit > 0:
                key, _ = lanes.popitem(last=False)
                self._lanes -= 1
                return key, credit
            self._end(tenant)
        return None

    def charge(self, tenant: str, commands: int, quantum: int) -> bool:
        """Count commands that the tenant in turn has had; return whether its turn has ended with them."""
        credit = self._left(tenant, quantum) - commands
        self._credit[tenant] = credit
        if credit > 0 and self._ready[tenant]:
            return False
        self._end(tenant)
        return True

    def _left(self, tenant: str, quantum: int) -> int:
        turn = quantum * self._weights.get(tenant, 1)
        return min(self._credit.get(tenant, turn), turn)

    def _end(self, tenant: str) -> None:
        """End a turn: the tenant goes to the end of the line, or away if it came from there with nothing ready."""
        self._credit.pop(tenant, None)
        if tenant in self._fresh:
            del self._fresh[tenant]
            self._line[tenant] = None
            return
        del self._line[tenant]
        if self._ready[tenant]:
            self._line[tenant] = None
        else:
            del self._ready[tenant]
