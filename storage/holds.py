"""Budgets as they are stored: which carts hold them, and which of these holds are in doubt.

A hold is in doubt from before the commit that begins or ends its use until after it. Whoever died in between leaves it
in doubt, and what the cart says then decides.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple, Protocol

from models.cart.budgets import Budget
from storage.records import CartKey


class Hold(NamedTuple):
    """A cart's hold on a budget of its tenant."""

    cart: CartKey
    budget: Budget


class Doubt(NamedTuple):
    """A hold in doubt; `token` names the attempt that put it there, and a later attempt puts its own."""

    hold: Hold
    token: str


class TenantBudget(NamedTuple):
    """A budget's identity: tenants never share one."""

    tenant: str
    budget: Budget


@dataclass(frozen=True, slots=True)
class Balance:
    """How many carts hold a budget, and which of those that were asked about."""

    count: int = 0
    holders: frozenset[CartKey] = frozenset()


class Budgets(Protocol):
    """Budgets and their holders. Each call is one round trip or two; each may raise `StorageUnavailable`."""

    async def balances(
        self, budgets: Collection[TenantBudget], carts: Collection[CartKey]
    ) -> dict[TenantBudget, Balance]:
        """The balances of these budgets; one that nobody ever held is left out."""

    async def claim(self, taking: Mapping[Hold, int], leaving: Collection[Hold], token: str) -> set[Hold]:
        """Take holds within their limits, and put them in doubt, those to be left too; return what was not granted.

        A hold that is there already is granted whatever the limit. Every one is granted or not by one atomic update.
        """

    async def resolve(self, token: str, kept: Collection[Hold], left: Collection[Hold]) -> None:
        """End the doubt of this token: these holds are kept, and those are no more."""

    async def doubtful(self, age: timedelta, limit: int) -> list[Doubt]:
        """Holds that have been in doubt for so long, by the store's own clock."""
