"""Reservations: a cart holds what it uses of a budget before its commit, and lets go of what it left behind it.

Nothing is asked where nothing is limited. A hold is in doubt while the commit is under way; if that is never told, the
sweeper reads the cart and settles it.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple
from uuid import uuid4

import structlog

from models.cart.budgets import Budget
from models.cart.cart import Cart
from pricing.steps.budgeting import customer_of, limit_of, watched_budgets
from storage.budgets import Balance, Budgets, Hold, TenantBudget
from storage.ports import Carts
from storage.records import CartKey, StorageUnavailable, StoredCart
from workers.consume.work import Work
from workers.execute.cart_subject import CartSubject
from workers.execute.facts_cache import FactsCache

HOLDS_AT_ONCE = 500

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Room:
    """The budgets of which a cart can have nothing, and what carts use that may pass it on to this one, by their id.

    `customers` are those whose own budgets were looked at.
    """

    exhausted: frozenset[Budget] = frozenset()
    uses: Mapping[str, frozenset[Budget]] = field(default_factory=dict)
    customers: frozenset[str] = frozenset()


NO_LIMITS = Room()


class _Watched(NamedTuple):
    """The budgets, with their limits, that matter to a cart, and the customers whose own budgets are among them."""

    limits: Mapping[Budget, int]
    customers: frozenset[str]


class Claim:
    """What the commit of some carts does to budgets: the holds that it takes, keeps and leaves."""

    def __init__(self) -> None:
        self.token = uuid4().hex
        self.taking: dict[Hold, int] = {}
        self.leaving: set[Hold] = set()
        self.kept: set[Hold] = set()

    def add(self, key: CartKey, subject: CartSubject, limits: Mapping[Budget, int]) -> None:
        """Add a cart: every version of the fold counts, for each of them is told to the world."""
        before = set(subject.stored.cart.budgets) if subject.stored else set()
        after = set(subject.cart.budgets) if subject.cart else set()
        taken = {each for each in subject.budgets - before if each in limits}
        self.taking |= {Hold(key, each): limits[each] for each in taken}
        self.leaving |= {Hold(key, each) for each in (before | taken) - after}
        self.kept |= {Hold(key, each) for each in taken & after}

    @property
    def empty(self) -> bool:
        """Whether no budget is concerned."""
        return not self.taking and not self.leaving


class Reservations:
    """Keeps the holds of carts in step with the carts."""

    def __init__(self, budgets: Budgets, carts: Carts, facts: FactsCache, grace: float) -> None:
        self._budgets = budgets
        self._carts = carts
        self._facts = facts
        self._grace = timedelta(seconds=grace)

    async def room(
        self,
        pending: Mapping[CartKey, list[Work]],
        stored: Mapping[CartKey, StoredCart],
        customers: Set[str] = frozenset(),
    ) -> dict[CartKey, Room]:
        """What each cart can have of budgets; one query for all, or none if no budget matters.

        Those of `customers` matter to all of these carts, besides those of the customers that are known beforehand.
        """
        passing = {key: _passing(key, works) for key, works in pending.items()}
        givers = (
            await self._carts.load({each for keys in passing.values() for each in keys})
            if any(passing.values())
            else {}
        )
        there = {**givers, **stored}
        watched = {
            key: found
            for key, works in pending.items()
            if (found := self._watched(key, works, _known(key, passing[key], there), customers)).limits
        }
        if not watched:
            return {}
        budgets = {TenantBudget(key.tenant, budget) for key, found in watched.items() for budget in found.limits}
        balances = await self._budgets.balances(budgets, [*watched, *givers])
        return {key: _room(key, found, passing[key], balances) for key, found in watched.items()}

    def overlooked(self, tenant: str, customers: Set[str], room: Room) -> Set[str]:
        """Of these customers those who have budgets of their own that were not looked at."""
        new = customers - room.customers - {""}
        own = watched_budgets(self._facts.latest(tenant), (), new) if new else {}
        return new if any(each.customer for each in own) else frozenset()

    def _watched(self, key: CartKey, works: Iterable[Work], carts: Sequence[Cart], customers: Set[str]) -> _Watched:
        codes = [code for cart in carts for code in cart.held_vouchers]
        having = {*customers, *map(customer_of, carts)}
        for work in works:
            needs = work.registered.needs(work.command.data)
            codes += needs.vouchers
            having.update(needs.customers)
        known = frozenset(having - {""})
        return _Watched(watched_budgets(self._facts.latest(key.tenant), codes, known), known)

    async def claim(self, subjects: Mapping[CartKey, CartSubject]) -> tuple[Claim, set[CartKey]]:
        """Reserve what these carts come to use; return the claim, and the carts that did not get all of it."""
        claim = Claim()
        for key, subject in subjects.items():
            facts = self._facts.latest(key.tenant)
            limits = {each: limit for each in subject.budgets if (limit := limit_of(each, facts)) is not None}
            claim.add(key, subject, limits)
        if claim.empty:
            return claim, set()
        heirs = {
            key: {CartKey(key.tenant, each) for each in subject.heir_of}
            for key, subject in subjects.items()
            if subject.heir_of
        }
        denied = await self._budgets.claim(claim.taking, claim.leaving, claim.token, heirs)
        return claim, {hold.cart for hold in denied}

    async def resolve(self, claim: Claim, committed: Iterable[CartKey]) -> None:
        """Keep and leave holds as the carts that were committed do; the others' doubts remain to the sweeper."""
        if claim.empty:
            return
        carts = set(committed)
        kept = [hold for hold in claim.kept if hold.cart in carts]
        left = [hold for hold in claim.leaving if hold.cart in carts]
        try:
            await self._budgets.resolve(claim.token, kept, left)
        except StorageUnavailable as error:
            _log.warning("holds_left_in_doubt", error=str(error), holds=len(kept) + len(left))

    async def sweep(self) -> int:
        """Settle holds that have long been in doubt by what their carts say; return their number."""
        doubts = await self._budgets.doubtful(self._grace, HOLDS_AT_ONCE)
        if not doubts:
            return 0
        carts = await self._carts.load({each.hold.cart for each in doubts})
        for doubt in doubts:
            stored = carts.get(doubt.hold.cart)
            used = stored is not None and doubt.hold.budget in stored.cart.budgets
            held = [doubt.hold]
            await self._budgets.resolve(doubt.token, held if used else [], [] if used else held)
        _log.info("holds_settled", holds=len(doubts))
        return len(doubts)


def _passing(key: CartKey, works: Iterable[Work]) -> list[CartKey]:
    """The carts that may pass their uses on to this one."""
    return [CartKey(key.tenant, each) for work in works for each in work.registered.needs(work.command.data).budgets_of]


def _known(key: CartKey, passing: Iterable[CartKey], stored: Mapping[CartKey, StoredCart]) -> list[Cart]:
    """The cart as it is stored, and those that may pass their uses on to it."""
    return [stored[each].cart for each in (key, *passing) if each in stored]


def _room(
    key: CartKey, watched: _Watched, passing: Iterable[CartKey], balances: Mapping[TenantBudget, Balance]
) -> Room:
    known = {budget: balances.get(TenantBudget(key.tenant, budget), Balance()) for budget in watched.limits}
    return Room(
        frozenset(budget for budget, limit in watched.limits.items() if _spent(known[budget], key, limit)),
        {
            each.cart_id: frozenset(budget for budget, balance in known.items() if each in balance.holders)
            for each in passing
        },
        watched.customers,
    )


def _spent(balance: Balance, key: CartKey, limit: int) -> bool:
    return balance.count >= limit and key not in balance.holders
