"""`compare-price`: compare a cart's prices at two times, in two catalogs or under two policies, line by line."""

from dataclasses import replace

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.policy import PricingChoice
from cartwright.wire.refusals import ErrorCode, Refusal, pointer
from cartwright.wire.schema import Model, PricingTime, Version
from handlers.needs import CatalogKey, Context, Needs
from handlers.registry import query
from models.answers.cart_answer import CartAnswer
from models.answers.explanation import Explanation
from models.answers.outcome import Outcome
from models.cart.cart import Cart
from pricing.explaining import explain
from pricing.price import price
from pricing.price_changes import price_changes


class Setting(Model):
    """One side of a comparison; what is absent is as it is now.

    Prices are those valid at `asOf`. The catalog is that of `catalogRevision`, or else the one at `catalogAsOf`, or
    else the one at `asOf`.
    """

    as_of: PricingTime | None = None
    """The time whose prices count; now if absent."""
    catalog_as_of: PricingTime | None = None
    """The time whose catalog is used; `asOf` if absent."""
    catalog_revision: Version | None = None
    """The catalog revision that is used, instead of a time."""
    pricing_policy: PricingChoice | None = None
    """The pricing policy, on top of the cart's."""

    @model_validator(mode="after")
    def _one_catalog(self) -> "Setting":
        if self.catalog_as_of is not None and self.catalog_revision is not None:
            raise PydanticCustomError("one-of", "catalogAsOf and catalogRevision can't be combined")
        return self

    @property
    def catalog(self) -> CatalogKey:
        """Which state of the catalog counts; none is the present one."""
        return self.catalog_revision if self.catalog_revision is not None else self.catalog_as_of or self.as_of


class ComparePrice(CommandData):
    """The two sides; price changes go from the first to the second."""

    model_config = example(
        {"from": {"asOf": "2026-01-01T00:00:00Z"}, "to": {"pricingPolicy": {"preset": "default", "taxLevel": "unit"}}}
    )

    before: Setting = Field(default_factory=Setting, alias="from")
    """The first side."""
    after: Setting = Field(default_factory=Setting, alias="to")
    """The second side."""


def needs(data: ComparePrice) -> Needs:
    """The catalogs of both sides."""
    return Needs(catalogs=(data.before.catalog, data.after.catalog))


@query("compare-price", ComparePrice, needs=needs, reply_type="price-changed")
def compare_price(cart: Cart, data: ComparePrice, context: Context) -> CartAnswer:
    """The cart as the second side prices it, and how its prices differ from those of the first."""
    left, earlier = _priced(cart, data.before, context, "from")
    right, explanation = _priced(cart, data.after, context, "to")
    if explanation is not None:
        explanation = replace(explanation, compared_with=earlier)
    moved = price_changes(left, right, (), context.fetched.catalogs[data.after.catalog])
    return CartAnswer.of("price-changed", "dry-run", Outcome(right, [], moved, explanation))


def _priced(cart: Cart, setting: Setting, context: Context, side: str) -> tuple[Cart, Explanation | None]:
    facts, revision = context.fetched.catalogs[setting.catalog], setting.catalog_revision
    if revision not in (None, facts.revision):
        path = pointer("data", side, "catalogRevision")
        raise Refusal.at(path, ErrorCode.INVALID, f"The catalog has no revision {revision}.", "unknown-revision")
    policy, header = setting.pricing_policy, cart.header
    if policy is not None:
        header = header.model_copy(update={"pricing_policy": policy.on_top_of(header.pricing_policy)})
    would_be, at = replace(cart, header=header), setting.as_of or context.now
    return explain(would_be, facts, at) if context.command.envelope.explain else (price(would_be, facts, at), None)
