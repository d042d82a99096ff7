"""Reservations: a cart holds what it uses of a budget before its commit, and lets go of what it left behind it.

Nothing is asked where nothing is limited. A hold is in doubt while the commit is under way; if that is never told, the
sweeper reads the cart and settles it.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import uuid4

import structlog

from models.cart.budgets import Budget
from models.cart.cart import Cart
from pricing.steps.budgeting import customer_of, limit_of, watched_budgets
from storage.holds import Balance, Budgets, Hold, TenantBudget
from storage.ports import Carts
from storage.records import CartKey, StorageUnavailable, StoredCart
from workers.consume.work import Work
from workers.execute.cart_subject import CartSubject
from workers.execute.facts_cache import FactsCache

HOLDS_AT_ONCE = 500

_log = structlog.get_logger(__name__)


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

    async def exhausted(
        self, pending: Mapping[CartKey, list[Work]], stored: Mapping[CartKey, StoredCart]
    ) -> dict[CartKey, frozenset[Budget]]:
        """The budgets of which each cart can have nothing; one query, or none if no budget matters."""
        watched = {
            key: limits
            for key, works in pending.items()
            if (limits := self._watched(key, works, stored[key].cart if key in stored else None))
        }
        if not watched:
            return {}
        budgets = {TenantBudget(key.tenant, budget) for key, limits in watched.items() for budget in limits}
        balances = await self._budgets.balances(budgets, list(watched))
        return {
            key: frozenset(
                budget
                for budget, limit in limits.items()
                if _spent(balances.get(TenantBudget(key.tenant, budget), Balance()), key, limit)
            )
            for key, limits in watched.items()
        }

    def _watched(self, key: CartKey, works: Iterable[Work], cart: Cart | None) -> dict[Budget, int]:
        codes, customers = list(cart.held_vouchers) if cart else [], {customer_of(cart)} if cart else set()
        for work in works:
            needs = work.registered.needs(work.command.data)
            codes += needs.vouchers
            customers.update(needs.customers)
        return watched_budgets(self._facts.latest(key.tenant), codes, customers - {""})

    async def claim(self, subjects: Mapping[CartKey, CartSubject]) -> tuple[Claim, set[CartKey]]:
        """Reserve what these carts come to use; return the claim, and the carts that did not get all of it."""
        claim = Claim()
        for key, subject in subjects.items():
            facts = self._facts.latest(key.tenant)
            limits = {each: limit for each in subject.budgets if (limit := limit_of(each, facts)) is not None}
            claim.add(key, subject, limits)
        if claim.empty:
            return claim, set()
        denied = await self._budgets.claim(claim.taking, claim.leaving, claim.token)
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


def _spent(balance: Balance, key: CartKey, limit: int) -> bool:
    return balance.count >= limit and key not in balance.holders
