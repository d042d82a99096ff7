"""Budgets as they are stored: which carts hold them, and which of these holds are in doubt.

A hold is in doubt from before the commit that begins or ends its use until after it. If a worker dies in between, the
hold stays in doubt, and the stored cart then decides.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import NamedTuple, Protocol

from models.cart.budgets import Budget
from storage.records import CartKey


class Hold(NamedTuple):
    """A cart's hold on a budget of its tenant."""

    cart: CartKey
    budget: Budget


class Doubt(NamedTuple):
    """A hold in doubt; `token` names the attempt that put it in doubt; a later attempt replaces it."""

    hold: Hold
    token: str


class TenantBudget(NamedTuple):
    """A budget's identity: tenants never share one."""

    tenant: str
    budget: Budget


NO_HEIRS: Mapping[CartKey, Collection[CartKey]] = MappingProxyType({})


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

    async def claim(
        self,
        taking: Mapping[Hold, int],
        leaving: Collection[Hold],
        token: str,
        heirs: Mapping[CartKey, Collection[CartKey]] = NO_HEIRS,
    ) -> set[Hold]:
        """Take holds within their limits, and mark them, and those to be left, as in doubt; return those not granted.

        An existing hold is granted whatever the limit. `heirs` names the carts from which a cart inherits: a hold that
        one of them has is granted in the same way. One atomic update decides about each hold.
        """

    async def resolve(self, token: str, kept: Collection[Hold], left: Collection[Hold]) -> None:
        """End the doubt of this token: keep the first holds, release the others."""

    async def doubtful(self, age: timedelta, limit: int) -> list[Doubt]:
        """Holds that have been in doubt for `age`, by the store's own clock."""
