"""`reprice-cart` as a job gives it to one of its carts; nobody can send this command.

What the report says of the cart is told by the command itself, so it is kept with the cart's other effects, and a
command that comes again is told the same.
"""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData, Envelope
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import Id, PricingTime
from handlers.kinds import CartCommand
from handlers.needs import Context, Needs
from models.answers.outcome import Outcome
from models.cart.cart import Cart
from models.cart.forms import Document
from models.cart.keeping import keeps_prices, kept_amount
from models.changes.change import Change
from models.jobs.report import REPORTED, CartOutcome, Figures, ReportLine, stored_line

_LOST = frozenset({ErrorCode.OFFERING_NOT_AVAILABLE, ErrorCode.PRICE_NOT_FOUND, "tax-not-found"})
"""Warnings about a line that has lost its price, its offering or its tax."""
FROZEN = "cart-frozen"
"""The code of the report's line about a frozen cart; no command is refused with it."""
_NO_CODE = ErrorCode.INVALID


class RepriceInJob(CommandData):
    """At which prices."""

    as_of: PricingTime | None = None
    """The time whose prices count; now if absent."""
    with_drafts: Annotated[list[Id], Field(max_length=1000)] = Field(default_factory=list)
    """Drafts that count as if they were active."""


def _reprice(cart: Cart, data: RepriceInJob, context: Context) -> Iterable[Change]:
    """No change besides the prices."""
    return ()


def _repriced(before: Cart, data: RepriceInJob, context: Context, outcome: Outcome) -> Document:
    """The line of the report. Raises a refusal if a line has lost its price: then the cart stays as it is."""
    after, old = outcome.cart, Figures.of(before)
    if before.frozen_until is not None:
        versions = (before.version, before.version)
        return {REPORTED: stored_line(ReportLine(before.id, CartOutcome.SKIPPED, versions, old, old, FROZEN))}
    for warning in after.pricing.warnings:
        if warning.item_id is not None and warning.code in _LOST:
            raise LostPrice(warning.code, warning.message)
    line = ReportLine(
        cart_id=before.id,
        outcome=_outcome(outcome),
        versions=(before.version, after.version),
        before=old,
        after=old if outcome.unchanged else Figures.of(after),
        because=tuple(sorted({cause for each in outcome.price_changes for cause in each["because"]})),
        kept=kept_amount(after),
    )
    return {REPORTED: stored_line(line)}


def _outcome(outcome: Outcome) -> CartOutcome:
    if not outcome.unchanged:
        return CartOutcome.CHANGED
    return CartOutcome.KEPT if keeps_prices(outcome.cart) else CartOutcome.UNCHANGED


class LostPrice(Refusal):
    """A cart with a line that lost its price, under the code of the warning that says so."""

    def __init__(self, warning: str, message: str) -> None:
        super().__init__(_code(warning), message)
        self.warning = warning


def _code(warning: str) -> ErrorCode:
    """The code of a refusal for a warning, which need not be one of these."""
    return ErrorCode(warning) if warning in set(ErrorCode) else _NO_CODE


REPRICE_IN_JOB = CartCommand(
    kind="reprice-cart",
    envelope=Envelope[RepriceInJob],
    decide=_reprice,
    needs=lambda data: Needs(at=data.as_of, drafts=frozenset(data.with_drafts)),
    creates=False,
    reprices=True,
    tells=_repriced,
    reply_type="price-changed",
    recalled_unchanged=False,
)
"""Not registered: what callers send under this name is another command."""
