"""`compare-price`: a cart's prices at two times, of two catalogs, or under two policies, line by line."""

from collections.abc import Iterable
from dataclasses import replace

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.policy import PricingChoice
from cartwright.wire.refusals import ErrorCode, Refusal, pointer
from cartwright.wire.schema import Model, PricingTime, Version
from handlers.registry import CatalogKey, Context, Priced, command
from models.cart.cart import Cart
from models.changes.change import Change
from pricing.explaining import explain
from pricing.price import price


class Setting(Model):
    """One side of a comparison; what is left out is as it is now.

    Prices are those that are valid at `asOf`, from the catalog of revision `catalogRevision`, or else as it was at
    `catalogAsOf`, or else at `asOf`.
    """

    as_of: PricingTime | None = None
    catalog_as_of: PricingTime | None = None
    catalog_revision: Version | None = None
    pricing_policy: PricingChoice | None = None

    @model_validator(mode="after")
    def _one_catalog(self) -> "Setting":
        if self.catalog_as_of is not None and self.catalog_revision is not None:
            raise PydanticCustomError("one-of", "either catalogAsOf or catalogRevision names the catalog")
        return self

    @property
    def catalog(self) -> CatalogKey:
        """Which state of the catalog counts; none is the present one."""
        return self.catalog_revision if self.catalog_revision is not None else self.catalog_as_of or self.as_of


class ComparePrice(CommandData):
    """The two sides; price changes lead from the first to the second."""

    model_config = example(
        {"from": {"asOf": "2026-01-01T00:00:00Z"}, "to": {"pricingPolicy": {"preset": "default", "taxLevel": "unit"}}}
    )

    before: Setting = Field(default_factory=Setting, alias="from")
    after: Setting = Field(default_factory=Setting, alias="to")


def compare(cart: Cart, data: ComparePrice, context: Context) -> tuple[Priced, Priced]:
    """The cart as either side prices it; raises `Refusal`."""
    return _priced(cart, data.before, context, "from"), _priced(cart, data.after, context, "to")


@command(
    "compare-price",
    ComparePrice,
    reads=True,
    reprices=lambda _data: True,
    compares=compare,
    catalogs_at=lambda data: (data.before.catalog, data.after.catalog),
    reply_type="price-changed",
)
def compare_price(cart: Cart, data: ComparePrice, context: Context) -> Iterable[Change]:
    """Nothing happens to the cart."""
    return ()


def _priced(cart: Cart, setting: Setting, context: Context, side: str) -> Priced:
    facts, revision = context.catalogs[setting.catalog], setting.catalog_revision
    if revision not in (None, facts.revision):
        path = pointer("data", side, "catalogRevision")
        raise Refusal.at(path, ErrorCode.INVALID, f"The catalog has no revision {revision}.", "unknown-revision")
    policy, header = setting.pricing_policy, cart.header
    if policy is not None:
        header = header.model_copy(update={"pricing_policy": policy.on_top_of(header.pricing_policy)})
    would_be, at = replace(cart, header=header), setting.as_of or context.at
    return explain(would_be, facts, at) if context.command.envelope.explain else (price(would_be, facts, at), None)
