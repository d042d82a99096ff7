"""Calls that bring rows of the catalog and a cart that needs them: first one revision of the catalog, then the cart.

The cart's command is tried with the rows before anything is written, so a refused cart leaves no rows either, unless it
is too large to be stored. Both are recorded under the call's message id: a worker that dies in between leaves rows that
the redelivery finds in place.
"""

from dataclasses import replace

from models.answers.answer import Refused
from storage.ports import Carts
from storage.records import CartKey, CommandKey, StoredCart
from workers.clock import Clock
from workers.consume.work import Answered, Work
from workers.execute.briefing import Briefer
from workers.execute.catalog_groups import CatalogGroups
from workers.execute.facts_cache import FactsCache
from workers.execute.fold import fold
from workers.execute.reservations import NO_LIMITS, Reservations
from workers.execute.staged_subject import StagedSubject


class StagedCalls:
    """Writes the rows of a call; what is left of it is an ordinary command about a cart."""

    def __init__(
        self,
        carts: Carts,
        catalogs: CatalogGroups,
        briefer: Briefer,
        reservations: Reservations,
        facts: FactsCache,
        clock: Clock,
    ) -> None:
        self._carts = carts
        self._reservations = reservations
        self._catalogs = catalogs
        self._briefer = briefer
        self._facts = facts
        self._clock = clock

    async def prepare(self, work: Work) -> Answered | None:
        """Write the rows, unless the call was executed before; its answer, if there is nothing left to do."""
        call, command = work.call, work.command
        if call is None or call.catalog is None:
            raise TypeError("a call without rows is an ordinary command")
        key = CartKey(command.tenant, command.cart_id)
        there = await self._carts.load([key])
        stored = there.get(key)
        if await self._executed(work, stored):
            return None
        await self._facts.refresh({command.tenant})
        room = (await self._reservations.room({key: [work]}, there)).get(key, NO_LIMITS)
        facts = replace(self._facts.latest(command.tenant), exhausted=room.exhausted)
        trial = StagedSubject(stored.cart if stored is not None else None, facts)
        [tried] = fold(trial, [work], self._clock())
        if not trial.kept:
            return tried
        entry, envelope = call.catalog
        rows = replace(work, registered=entry, command=replace(command, envelope=envelope, cart_id=""))
        [written] = await self._catalogs.run(command.tenant, [rows])
        return Answered(work, written.answer) if isinstance(written.answer, Refused) else None

    async def _executed(self, work: Work, stored: StoredCart | None) -> bool:
        known = CommandKey(work.command.tenant, work.command.id or "")
        outbox = stored.outbox if stored is not None else ()
        return known in await self._briefer.executed([work]) or any(each.key == known for each in outbox)
