"""`schedule-suppression`: set the time at which the cart expires, or take it back."""

from collections.abc import Iterator

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.schema import Time, format_time
from handlers.needs import Context
from handlers.registry import command
from handlers.times import check_future
from models.cart.cart import Cart
from models.changes.change import Change
from models.changes.life_changes import SuppressionScheduled


class ScheduleSuppression(CommandData):
    """When the cart expires."""

    model_config = example({"at": "2026-12-31T23:00:00Z"})

    at: Time | None
    """When the cart expires; it must lie in the future. Null: at no date."""


@command("schedule-suppression", ScheduleSuppression)
def schedule_suppression(cart: Cart, data: ScheduleSuppression, context: Context) -> Iterator[Change]:
    """Set the time, if it differs."""
    at = None if data.at is None else check_future("at", data.at, context.now)
    if cart.suppress_at != at:
        before = None if cart.suppress_at is None else format_time(cart.suppress_at)
        yield SuppressionScheduled(before=before, after=None if at is None else format_time(at))
