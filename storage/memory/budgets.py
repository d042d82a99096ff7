"""The in-memory twin of the budgets."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storage.budgets import NO_HEIRS, Balance, Doubt, Hold, TenantBudget
from storage.records import CartKey


@dataclass(frozen=True, slots=True)
class _Mark:
    token: str
    since: datetime


_Marks = dict[CartKey, _Mark | None]
"""The holders of a budget; a hold without a mark is not in doubt."""


class MemoryBudgets:
    """`Budgets` in dictionaries."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._budgets: dict[TenantBudget, _Marks] = {}

    async def balances(
        self, budgets: Collection[TenantBudget], carts: Collection[CartKey]
    ) -> dict[TenantBudget, Balance]:
        """Look up."""
        return {
            each: Balance(len(marks), frozenset(marks.keys() & set(carts)))
            for each in budgets
            if (marks := self._budgets.get(each)) is not None
        }

    async def claim(
        self,
        taking: Mapping[Hold, int],
        leaving: Collection[Hold],
        token: str,
        heirs: Mapping[CartKey, Collection[CartKey]] = NO_HEIRS,
    ) -> set[Hold]:
        """One by one."""
        mark = _Mark(token, self._clock())
        denied = set()
        for hold, limit in taking.items():
            marks = self._marks(hold)
            if not marks.keys().isdisjoint({hold.cart, *heirs.get(hold.cart, ())}) or len(marks) < limit:
                marks[hold.cart] = mark
            else:
                denied.add(hold)
        for hold in leaving:
            marks = self._marks(hold)
            if hold.cart in marks:
                marks[hold.cart] = mark
        return denied

    async def resolve(self, token: str, kept: Collection[Hold], left: Collection[Hold]) -> None:
        """One by one."""
        for hold in (*kept, *left):
            marks = self._marks(hold)
            mark = marks.get(hold.cart)
            if mark is not None and mark.token == token:
                marks[hold.cart] = None
                if hold in left:
                    del marks[hold.cart]

    async def doubtful(self, age: timedelta, limit: int) -> list[Doubt]:
        """Scan."""
        before = self._clock() - age
        found = [
            Doubt(Hold(cart, key.budget), mark.token)
            for key, marks in self._budgets.items()
            for cart, mark in marks.items()
            if mark is not None and mark.since <= before
        ]
        return found[:limit]

    def _marks(self, hold: Hold) -> _Marks:
        return self._budgets.setdefault(TenantBudget(hold.cart.tenant, hold.budget), {})
