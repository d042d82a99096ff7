"""`compare-price`: a cart's prices at two times, of two catalogs, or under two policies, line by line."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from pydantic import Field

from cartwright.handlers.registry import Context, command
from cartwright.models.cart import Cart
from cartwright.models.changes import Change
from cartwright.models.command import CommandData
from cartwright.models.examples import example
from cartwright.models.policy import PricingChoice
from cartwright.models.schema import Model, Time
from cartwright.pricing import price


class Setting(Model):
    """One side of a comparison; what is left out is as it is now.

    Prices are those that are valid at `asOf`, from the catalog as it was at `catalogAsOf` (by default, at `asOf`).
    """

    as_of: Time | None = None
    catalog_as_of: Time | None = None
    pricing_policy: PricingChoice | None = None

    @property
    def catalog_time(self) -> datetime | None:
        """The time whose catalog counts; none is the present one."""
        return self.catalog_as_of or self.as_of


class ComparePrice(CommandData):
    """The two sides; price changes lead from the first to the second."""

    model_config = example(
        {"from": {"asOf": "2026-01-01T00:00:00Z"}, "to": {"pricingPolicy": {"preset": "default", "taxLevel": "unit"}}}
    )

    before: Setting = Field(default_factory=Setting, alias="from")
    after: Setting = Field(default_factory=Setting, alias="to")


def compare(cart: Cart, data: ComparePrice, context: Context) -> tuple[Cart, Cart]:
    """The cart as either side prices it; raises `Refusal`."""
    return _priced(cart, data.before, context), _priced(cart, data.after, context)


@command(
    "compare-price",
    ComparePrice,
    reads=True,
    reprices=lambda _data: True,
    compares=compare,
    catalogs_at=lambda data: tuple(filter(None, (data.before.catalog_time, data.after.catalog_time))),
    reply_type="price-changed",
)
def compare_price(cart: Cart, data: ComparePrice, context: Context) -> Iterable[Change]:
    """Nothing happens to the cart."""
    return ()


def _priced(cart: Cart, setting: Setting, context: Context) -> Cart:
    policy = setting.pricing_policy
    header = cart.header if policy is None else cart.header.model_copy(update={"pricing_policy": policy})
    facts = context.catalogs[setting.catalog_time]
    return price(replace(cart, header=header), facts, setting.as_of or context.at)
