"""A tenant's commands wait for the catalog commands that stand before them, so that each sees what these have set."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from workers.consume.work import Work


@dataclass(slots=True)
class _Gate:
    came: int = 0
    """Catalog commands that have come."""
    ended: int = 0
    """Catalog commands that are through."""
    held: deque[tuple[int, Work]] = field(default_factory=deque)
    """Commands in the order in which they came, each with how many catalog commands came before it."""


class CatalogGate:
    """Holds commands back while catalog commands of their tenant that came before them wait or are worked on."""

    def __init__(self) -> None:
        self._gates: dict[str, _Gate] = {}

    def note(self, tenant: str) -> None:
        """Take note of a catalog command that has come."""
        self._gates.setdefault(tenant, _Gate()).came += 1

    def holds(self, work: Work) -> bool:
        """Keep a command if it has to wait; whether it does."""
        gate = self._gates.get(work.command.tenant)
        if gate is None:
            return False
        gate.held.append((gate.came, work))
        return True

    def ended(self, tenant: str, count: int) -> list[Work]:
        """So many catalog commands are through: the commands that go on, in the order in which they came."""
        gate = self._gates[tenant]
        gate.ended += count
        free = []
        while gate.held and gate.held[0][0] <= gate.ended:
            free.append(gate.held.popleft()[1])
        if gate.ended == gate.came:
            del self._gates[tenant]
        return free

    def withdraw(self, unwanted: Callable[[Work], bool]) -> list[Work]:
        """Forget unwanted commands that are held back; return them."""
        gone = []
        for gate in self._gates.values():
            gone += [work for _, work in gate.held if unwanted(work)]
            gate.held = deque(each for each in gate.held if not unwanted(each[1]))
        return gone
