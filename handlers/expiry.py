"""`expire-cart`: the end of a cart whose time has come, or that a job lets expire. Nobody can send this command."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from cartwright.wire.command import CommandData, Envelope
from cartwright.wire.refusals import ErrorCode, Refusal
from handlers.kinds import CartCommand
from handlers.needs import Context
from handlers.registry import needs_nothing
from models.answers.outcome import Outcome
from models.cart.cart import Cart
from models.cart.forms import Document
from models.changes.change import Change
from models.changes.life_changes import CartExpired
from models.jobs.report import REPORTED, CartOutcome, Figures, ReportLine, stored_line


class ExpireCart(CommandData):
    """No fields."""


def is_due(cart: Cart, idle_minutes: int | None, now: datetime) -> bool:
    """Whether the cart's time has come: by its date, or because nobody has changed it for so many minutes."""
    if cart.suppress_at is not None and cart.suppress_at <= now:
        return True
    return idle_minutes is not None and cart.updated.at + timedelta(minutes=idle_minutes) <= now


def expire_cart(cart: Cart, data: ExpireCart, context: Context) -> Iterator[Change]:
    """Let the cart expire; raises `invalid` if its time has not come."""
    configuration = context.fetched.catalogs[None].configuration
    if not is_due(cart, configuration.expire_after_minutes, context.now):
        raise Refusal(ErrorCode.INVALID, "The cart's time has not come.")
    yield CartExpired()


def _expire(cart: Cart, data: ExpireCart, context: Context) -> Iterator[Change]:
    """Let the cart expire."""
    yield CartExpired()


def _expired(before: Cart, data: ExpireCart, context: Context, outcome: Outcome) -> Document:
    """The line of the report."""
    figures = Figures.of(before)
    versions = (before.version, outcome.cart.version)
    because = tuple(sorted(each["type"] for each in outcome.changes))
    line = ReportLine(before.id, CartOutcome.CHANGED, versions, figures, figures, because=because)
    return {REPORTED: stored_line(line)}


EXPIRE_CART = CartCommand(
    kind="expire-cart",
    envelope=Envelope[ExpireCart],
    decide=expire_cart,
    needs=needs_nothing,
    creates=False,
    reprices=False,
    tells=None,
    reply_type="cart-updated",
)
"""What the sweeper gives. Not registered: a message of this type is `unknown-command`."""
EXPIRE_IN_JOB = replace(EXPIRE_CART, decide=_expire, tells=_expired)
"""What a job gives, whatever the cart's time. The line of the report is kept with the cart's other effects."""
