"""Which carts of a chunk have to be priced: a brief of each tells of most of them that they need not be."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cartwright.wire.refusals import ErrorCode
from cartwright.wire.status import CHANGEABLE, CartStatus
from engine.untouched import Movements
from facts.snapshot import Facts
from handlers.job_repricing import FROZEN
from models.cart.brief import CartBrief
from models.jobs.job import Job
from models.jobs.report import CartOutcome, Figures, ReportLine
from storage.ports import Carts
from storage.records import CartKey
from workers.clock import Clock
from workers.execute.facts_cache import FactsCache
from workers.jobs.lines import gone_line

KNOWN_CATALOGS = 4


@dataclass(slots=True)
class Sorted:
    """The lines of carts that need not be priced, and the ids of the others."""

    lines: list[ReportLine] = field(default_factory=list)
    to_price: list[str] = field(default_factory=list)


class Sorting:
    """Sorts carts by their briefs; what has moved in a catalog is worked out once for each snapshot of it."""

    def __init__(self, carts: Carts, facts: FactsCache, clock: Clock) -> None:
        self._carts = carts
        self._facts = facts
        self._clock = clock
        self._movements: dict[str, Movements] = {}

    async def sort(self, job: Job, cart_ids: Sequence[str]) -> Sorted:
        """Sort the carts of a repricing job."""
        if job.order.with_drafts:
            # A draft has no revision at which it became active.
            return Sorted(to_price=list(cart_ids))
        await self._facts.catch_up({job.tenant})
        movements = self._movements_of(job.tenant, await self._facts.state(job.tenant, job.order.as_of))
        briefs = await self._carts.briefs([CartKey(job.tenant, cart_id) for cart_id in cart_ids])
        now = self._clock()
        found = Sorted()
        for cart_id in cart_ids:
            brief = briefs.get(CartKey(job.tenant, cart_id))
            if brief is None or brief.status is CartStatus.DELETED:
                found.lines.append(gone_line(cart_id))
            elif (code := _held(brief, now)) is not None:
                found.lines.append(_line(brief, CartOutcome.SKIPPED, code))
            elif movements.proves(brief, job.order.as_of or now):
                found.lines.append(_line(brief, CartOutcome.UNCHANGED))
            else:
                found.to_price.append(cart_id)
        return found

    def _movements_of(self, tenant: str, facts: Facts) -> Movements:
        known = self._movements.get(tenant)
        if known is None or known.facts is not facts:
            self._movements.pop(tenant, None)
            while len(self._movements) >= KNOWN_CATALOGS:
                self._movements.pop(next(iter(self._movements)))
            known = self._movements[tenant] = Movements(facts)
        return known


def _held(brief: CartBrief, now: datetime) -> str | None:
    """The code of the reason why nothing may be done with the cart."""
    if brief.status not in CHANGEABLE:
        return ErrorCode.CART_READ_ONLY.value
    if brief.locked_until is not None and brief.locked_until > now:
        return ErrorCode.CART_LOCKED.value
    return FROZEN if brief.frozen_until is not None and brief.frozen_until > now else None


def _line(brief: CartBrief, outcome: CartOutcome, code: str | None = None) -> ReportLine:
    figures = Figures(brief.currency, brief.totals, brief.payable)
    return ReportLine(brief.cart_id, outcome, (brief.version, brief.version), figures, figures, code)
